import type { Edges } from "./indexed-closure.ts";
import { edgesOf } from "./edges.ts";

/** The strongly connected components of a graph: single nodes, and cycles as one component each. */
export interface Components {
  readonly count: number;
  /** The component of every node. Its number is larger than those of all components below it. */
  readonly component: Int32Array;
  /** References between components, without repetitions. */
  readonly references: Edges;
}

/** Tarjan, "Depth-first search and linear graph algorithms" (1972), with its own stack. */
export function componentsOf(edges: Edges): Components {
  const nodeCount = edges.starts.length - 1;
  const component = new Int32Array(nodeCount).fill(-1);
  const visit = new Int32Array(nodeCount).fill(-1);
  const low = new Int32Array(nodeCount);
  const next = edges.starts.slice();
  const open: number[] = [];
  let visited = 0;
  let count = 0;

  for (let start = 0; start < nodeCount; start++) {
    if (visit[start] !== -1) {
      continue;
    }
    const stack = [start];
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      if (visit[node] === -1) {
        visit[node] = low[node] = visited++;
        open.push(node);
      }
      if (next[node]! < edges.starts[node + 1]!) {
        const target = edges.targets[next[node]!++]!;
        if (visit[target] === -1) {
          stack.push(target);
        } else if (component[target] === -1) {
          low[node] = Math.min(low[node]!, visit[target]!);
        }
        continue;
      }
      stack.pop();
      const below = stack.at(-1);
      if (below !== undefined) {
        low[below] = Math.min(low[below]!, low[node]!);
      }
      if (low[node] !== visit[node]) {
        continue;
      }
      for (let member = open.pop()!; ; member = open.pop()!) {
        component[member] = count;
        if (member === node) {
          break;
        }
      }
      count++;
    }
  }
  return { count, component, references: between(edges, component, count) };
}

function between(edges: Edges, component: Int32Array, count: number): Edges {
  const rows: Set<number>[] = Array.from({ length: count }, () => new Set());
  for (let node = 0; node < component.length; node++) {
    const from = component[node]!;
    for (let edge = edges.starts[node]!; edge < edges.starts[node + 1]!; edge++) {
      const to = component[edges.targets[edge]!]!;
      if (to !== from) {
        rows[from]!.add(to);
      }
    }
  }
  return edgesOf(rows.map((row) => Array.from(row)));
}
