import type { Edges } from "./closure.ts";
import { markReachable } from "./edges.ts";

/**
 * The roots and what else it takes to reach every node: first nodes that nothing refers to, then
 * the first node of every cycle that is still out of reach.
 */
export function coveringRoots(
  asked: readonly number[],
  references: Edges,
  users: Edges,
): Uint32Array {
  const nodeCount = references.starts.length - 1;
  const reached = new Uint8Array(nodeCount);
  const roots = new Set(asked);
  for (const root of roots) {
    markReachable(root, references, reached);
  }

  const addMissing = (isCandidate: (node: number) => boolean): void => {
    for (let node = 0; node < nodeCount; node++) {
      if (reached[node] === 1 || !isCandidate(node)) {
        continue;
      }
      roots.add(node);
      markReachable(node, references, reached);
    }
  };
  addMissing((node) => users.starts[node] === users.starts[node + 1]);
  addMissing(() => true);
  return Uint32Array.from(roots).toSorted();
}
