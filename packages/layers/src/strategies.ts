import { cohortsStrategy } from "./cohorts-strategy.ts";
import { LayersError } from "./layers-error.ts";
import { createNixeryStrategy, nixeryStrategy } from "./nixery-strategy.ts";
import { sizeFirstStrategy } from "./size-first-strategy.ts";
import type { GroupingStrategy } from "./strategy.ts";

/** The strategy of `groupLayers` when none is given. */
export const defaultStrategy: GroupingStrategy = cohortsStrategy;

/** Every built-in strategy. */
export const strategies: readonly GroupingStrategy[] = [
  cohortsStrategy,
  sizeFirstStrategy,
  nixeryStrategy,
  createNixeryStrategy({ sizes: "nar" }),
];

/**
 * The built-in strategy of that name.
 * @throws LayersError `ERR_LAYERS_UNKNOWN_STRATEGY`
 */
export function strategyByName(name: string): GroupingStrategy {
  const strategy = strategies.find((candidate) => candidate.name === name);
  if (strategy !== undefined) {
    return strategy;
  }
  const known = strategies.map((candidate) => candidate.name).join(", ");
  throw new LayersError(
    "ERR_LAYERS_UNKNOWN_STRATEGY",
    `There is no grouping strategy "${name}"; the strategies are ${known}.`,
  );
}
