import type { Edges } from "./indexed-closure.ts";

/** Rows of edges from lists of targets; `rows[i]` are those of node `i`. */
export function edgesOf(rows: readonly (readonly number[])[]): Edges {
  const starts = new Uint32Array(rows.length + 1);
  let count = 0;
  for (const [node, row] of rows.entries()) {
    count += row.length;
    starts[node + 1] = count;
  }
  const targets = new Uint32Array(count);
  for (const [node, row] of rows.entries()) {
    targets.set(row, starts[node]);
  }
  return { starts, targets };
}

/** Marks `from` and all nodes below it in `reached`, but none below a node that is marked already. */
export function markReachable(from: number, edges: Edges, reached: Uint8Array): void {
  if (reached[from] === 1) {
    return;
  }
  reached[from] = 1;
  const pending = [from];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (let edge = edges.starts[node]!; edge < edges.starts[node + 1]!; edge++) {
      const target = edges.targets[edge]!;
      if (reached[target] === 1) {
        continue;
      }
      reached[target] = 1;
      pending.push(target);
    }
  }
}

/** Every edge in the other direction; rows are ascending. */
export function reversed(edges: Edges): Edges {
  const { starts, targets } = edges;
  const nodeCount = starts.length - 1;
  const reversedStarts = new Uint32Array(nodeCount + 1);
  for (const target of targets) {
    reversedStarts[target + 1]! += 1;
  }
  for (let node = 0; node < nodeCount; node++) {
    reversedStarts[node + 1]! += reversedStarts[node]!;
  }

  const next = reversedStarts.slice(0, nodeCount);
  const reversedTargets = new Uint32Array(targets.length);
  for (let node = 0; node < nodeCount; node++) {
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      reversedTargets[next[targets[edge]!]!++] = node;
    }
  }
  return { starts: reversedStarts, targets: reversedTargets };
}
