import type { IndexedClosure } from "./indexed-closure.ts";

/**
 * Immediate dominators of the nodes of a closure below an artificial root that refers to every node
 * of `entries`, after Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph"
 * (1979), the variant with path compression: O(m log n), also where the graph is deep.
 *
 * @param entries nodes below the artificial root; together they must reach every node
 * @returns for every node its immediate dominator, -1 where that is the artificial root
 */
export function immediateDominators(
  closure: IndexedClosure,
  entries: Iterable<number>,
): Int32Array {
  const count = closure.paths.length;
  const root = count;
  const entryList = [...entries];
  const isEntry = new Uint8Array(count);
  for (const entry of entryList) {
    isEntry[entry] = 1;
  }

  const { order, parent, number } = depthFirst(closure, entryList, root);
  const semi = number.slice();
  const idom = new Int32Array(count + 1).fill(-1);
  const forest = createForest(count + 1, semi);
  const buckets: number[][] = Array.from({ length: count + 1 }, () => []);

  for (let position = count; position > 0; position--) {
    const node = order[position]!;
    if (isEntry[node] === 1) {
      semi[node] = 0;
    }
    for (let edge = closure.users.starts[node]!; edge < closure.users.starts[node + 1]!; edge++) {
      const candidate = semi[forest.lowest(closure.users.targets[edge]!)]!;
      if (candidate < semi[node]!) {
        semi[node] = candidate;
      }
    }
    buckets[order[semi[node]!]!]!.push(node);
    const above = parent[node]!;
    forest.link(above, node);
    for (const waiting of buckets[above]!.splice(0)) {
      const lowest = forest.lowest(waiting);
      idom[waiting] = semi[lowest]! < semi[waiting]! ? lowest : above;
    }
  }
  for (let position = 1; position <= count; position++) {
    const node = order[position]!;
    if (idom[node] !== order[semi[node]!]) {
      idom[node] = idom[idom[node]!]!;
    }
  }
  return idom.subarray(0, count).map((dominator) => (dominator === root ? -1 : dominator));
}

interface Traversal {
  /** Nodes in the order of their first visit, the artificial root first. */
  readonly order: Int32Array;
  /** The node from which each node was first visited. */
  readonly parent: Int32Array;
  /** The position of each node in `order`. */
  readonly number: Int32Array;
}

function depthFirst(closure: IndexedClosure, entries: readonly number[], root: number): Traversal {
  const { starts, targets } = closure.references;
  const order = new Int32Array(root + 1);
  const parent = new Int32Array(root + 1).fill(-1);
  const number = new Int32Array(root + 1).fill(-1);
  order[0] = root;
  number[root] = 0;
  let visited = 1;
  const next = starts.slice();
  for (const entry of entries) {
    if (number[entry] !== -1) {
      continue;
    }
    parent[entry] = root;
    const stack = [entry];
    number[entry] = visited;
    order[visited++] = entry;
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      const edge = next[node]!++;
      if (edge >= starts[node + 1]!) {
        stack.pop();
        continue;
      }
      const target = targets[edge]!;
      if (number[target] !== -1) {
        continue;
      }
      parent[target] = node;
      number[target] = visited;
      order[visited++] = target;
      stack.push(target);
    }
  }
  return { order, parent, number };
}

interface Forest {
  link(parent: number, child: number): void;
  /** The node of least semidominator on the way from the node's tree root, exclusive, to the node. */
  lowest(node: number): number;
}

function createForest(count: number, semi: Int32Array): Forest {
  const ancestor = new Int32Array(count).fill(-1);
  const label = Int32Array.from({ length: count }, (_, node) => node);
  const way: number[] = [];

  const compress = (from: number): void => {
    for (let node = from; ancestor[ancestor[node]!]! !== -1; node = ancestor[node]!) {
      way.push(node);
    }
    for (let node = way.pop(); node !== undefined; node = way.pop()) {
      const above = ancestor[node]!;
      if (semi[label[above]!]! < semi[label[node]!]!) {
        label[node] = label[above]!;
      }
      ancestor[node] = ancestor[above]!;
    }
  };

  return {
    link(parent, child) {
      ancestor[child] = parent;
    },
    lowest(node) {
      if (ancestor[node] === -1) {
        return node;
      }
      compress(node);
      return label[node]!;
    },
  };
}
