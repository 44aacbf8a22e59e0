import { enumerate } from "@nixery/kit/enumerate";
import { quote } from "@nixery/kit/quote";
import { cohortsStrategy } from "./cohorts/cohorts-strategy.ts";
import { LayersError } from "./layers-error.ts";
import { createNixeryStrategy, nixeryStrategy } from "./strategies/nixery-strategy.ts";
import { sizeFirstStrategy } from "./strategies/size-first-strategy.ts";
import type { GroupingStrategy } from "./strategy.ts";

/** The strategy of `groupLayers` when none is given. */
export const defaultStrategy: GroupingStrategy = cohortsStrategy;

/** Every built-in strategy, the default first. */
export const strategies: readonly GroupingStrategy[] = [
  cohortsStrategy,
  sizeFirstStrategy,
  nixeryStrategy,
  createNixeryStrategy({ sizes: "nar" }),
];

/**
 * The built-in strategy of that name.
 *
 * @throws LayersError `ERR_LAYERS_INVALID_OPTION` when there is none
 */
export function strategyByName(name: string): GroupingStrategy {
  const strategy = strategies.find((candidate) => candidate.name === name);
  if (strategy !== undefined) {
    return strategy;
  }
  const names = strategies.map((candidate) => candidate.name);
  throw new LayersError("ERR_LAYERS_INVALID_OPTION", {
    message: `Unknown grouping strategy ${quote(name)}. Use ${enumerate(names, "or")}.`,
  });
}
