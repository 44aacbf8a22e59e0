import { type Cohort, cohortChangeChance } from "./cohort.ts";
import { byChangeRate, type Cut, cutRemainder } from "./cut-remainder.ts";

/** The cohorts with layers of their own, and the layers that the others share. */
export interface Fitted {
  readonly own: readonly Cohort[];
  readonly remainder: readonly (readonly number[])[];
}

/** Layers at most for cohorts without one of their own. */
const maxRemainders = 6;
/** Other images with a path, for each user of its most popular user. */
const imagesPerUser = 0.04;
/** Worth of a layer of its own for a byte that other images have, and for one that does not change. */
const sharedWorth = 1;
const unchangedWorth = 0.6;
/** Worth for any byte: even a path of one image is fetched again when others change. */
const anyWorth = 0.3;
/**
 * Bytes wasted in a week that weigh as much as one byte fetched twice, at Nixery's budget. At smaller
 * budgets fewer do: more of an image is in remainders, and these change practically always.
 */
const weeksOfWaste = 2;
/** Nixery's budget, for which the weights are tuned. */
export const usualBudget = 94;

/**
 * Keeps to a budget: the cohorts that are worth most have a layer each, and the others share a few.
 * Many shared layers are fetched again less often, few leave more cohorts a layer of their own; the
 * number with the least cost is taken.
 */
export function fitBudget(cohorts: readonly Cohort[], budget: number): Fitted {
  if (cohorts.length <= budget) {
    return { own: cohorts, remainder: [] };
  }
  const byWorth = cohorts.toSorted((a, b) => worth(b) - worth(a) || a.nodes[0]! - b.nodes[0]!);
  const most = Math.min(maxRemainders, Math.max(1, budget - 1));
  const alwaysOwn = new Set(byWorth.slice(0, budget - most));
  const byRate = cohorts.filter((cohort) => !alwaysOwn.has(cohort)).toSorted(byChangeRate);

  const weeks = weeksOfWaste * Math.min(1, budget / usualBudget);
  let best: { readonly own: readonly Cohort[]; readonly cut: Cut } | undefined;
  let leastCost = Number.POSITIVE_INFINITY;
  for (let count = 1; count <= most; count++) {
    const own = byWorth.slice(0, budget - count);
    const ownSet = new Set(own);
    const rest = byRate.filter((cohort) => !ownSet.has(cohort));
    const cut = cutRemainder(rest, count);
    const duplicated = rest.reduce((sum, cohort) => sum + cohort.size * shared(cohort), 0);
    const cost = weeks * duplicated + cut.weeklyWaste;
    if (cost >= leastCost) {
      continue;
    }
    leastCost = cost;
    best = { own, cut };
  }
  return { own: best!.own, remainder: best!.cut.layers };
}

/** Bytes that a layer of its own is expected to save, in other images and in later weeks. */
function worth(cohort: Cohort): number {
  const unchanged = 1 - cohortChangeChance(cohort);
  return cohort.size * (anyWorth + sharedWorth * shared(cohort) + unchangedWorth * unchanged);
}

/** The expected part of other images among those with the cohort, from 0 to 1. */
function shared({ reach }: Cohort): number {
  return 1 - 1 / (1 + imagesPerUser * Math.max(0, reach - 1));
}
