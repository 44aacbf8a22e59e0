import type { Closure } from "./closure.ts";
import type { LayerGroup } from "./strategy.ts";

/** The layer that holds the given nodes of a closure. */
export function layerGroup(closure: Closure, nodes: readonly number[], reason: string): LayerGroup {
  let size = 0;
  for (const node of nodes) {
    size += closure.narSizes[node]!;
  }
  return { paths: nodes.map((node) => closure.paths[node]!).toSorted(), size, reason };
}

/**
 * Popularity of the most popular of the nodes. It orders layers, most shared first: what depends on
 * nothing but the layer puts layers that images have in common in the same order in all of them.
 */
export function mostPopular(nodes: readonly number[], popularity: Float64Array): number {
  return nodes.reduce((most, node) => Math.max(most, popularity[node]!), 0);
}
