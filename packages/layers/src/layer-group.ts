import type { Closure } from "./closure.ts";
import type { LayerGroup } from "./strategy.ts";

/** The layer that holds the given nodes of a closure. */
export function layerGroup(closure: Closure, nodes: readonly number[], reason: string): LayerGroup {
  let size = 0;
  for (const node of nodes) size += closure.narSizes[node]!;
  return { paths: nodes.map((node) => closure.paths[node]!).toSorted(), size, reason };
}
