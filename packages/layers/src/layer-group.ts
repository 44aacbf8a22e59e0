import type { IndexedClosure } from "./graph/indexed-closure.ts";
import type { LayerGroup } from "./strategy.ts";

/** The layer of the given nodes of a closure. */
export function layerGroup(
  closure: IndexedClosure,
  nodes: readonly number[],
  reason: string,
): LayerGroup {
  let size = 0;
  for (const node of nodes) {
    size += closure.narSizes[node]!;
  }
  return { paths: nodes.map((node) => closure.paths[node]!).toSorted(), size, reason };
}

/**
 * Popularity of the most popular of the nodes, by which layers are ordered, most shared first. It
 * depends on the layer alone, so layers that images share have the same order in all of them.
 */
export function mostPopular(nodes: readonly number[], popularity: Float64Array): number {
  return nodes.reduce((most, node) => Math.max(most, popularity[node]!), 0);
}
