import type { Edges } from "./indexed-closure.ts";
import { markReachable } from "./edges.ts";

/**
 * The roots, and those that it takes beside them to reach every node: nodes without users, then the
 * first node of every cycle that is still out of reach.
 */
export function coveringRoots(
  requested: readonly number[],
  references: Edges,
  users: Edges,
): Uint32Array {
  const nodeCount = references.starts.length - 1;
  const reached = new Uint8Array(nodeCount);
  const roots = new Set(requested);
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
