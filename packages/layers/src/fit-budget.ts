import { type Cohort, cohortChangeChance } from "./cohort.ts";
import { byChangeRate, type Cut, cutRemainder } from "./cut-remainder.ts";

/** Which cohorts have layers of their own, and how the others share some. */
export interface Fitted {
  readonly own: readonly Cohort[];
  readonly remainder: readonly (readonly number[])[];
}

/** Most layers for cohorts that get none of their own. */
const mostRemainders = 6;
/** Images that a path is in, for each user of its most popular user, beside the one at hand. */
const imagesPerUser = 0.04;
/** Worth of a layer of its own, for a byte that other images have too, and for one that stays. */
const sharedWorth = 1;
const unchangedWorth = 0.6;
/** Worth for a byte of any kind: even a path of one image is fetched again when others change. */
const anyWorth = 0.3;
/**
 * At Nixery's budget so many bytes wasted in a week weigh as much as one that is fetched twice; at
 * smaller budgets fewer, as more of an image is in remainders and these change practically always.
 */
const weeksOfWaste = 2;
/** Nixery's budget, for which the weights are found. */
export const usualBudget = 94;

/**
 * Keeps to a budget: the cohorts that are worth most have a layer each. How many layers the others
 * share is weighed, since each costs a cohort its own: many remainders are refetched less, few
 * leave more to other images.
 */
export function fitBudget(cohorts: readonly Cohort[], budget: number): Fitted {
  if (cohorts.length <= budget) {
    return { own: cohorts, remainder: [] };
  }
  const byWorth = cohorts.toSorted((a, b) => worth(b) - worth(a) || a.nodes[0]! - b.nodes[0]!);
  const most = Math.min(mostRemainders, Math.max(1, budget - 1));
  const ownAnyway = new Set(byWorth.slice(0, budget - most));
  const byRate = cohorts.filter((cohort) => !ownAnyway.has(cohort)).toSorted(byChangeRate);

  const weeks = weeksOfWaste * Math.min(1, budget / usualBudget);
  let best: { readonly own: readonly Cohort[]; readonly cut: Cut } | undefined;
  let leastCost = Number.POSITIVE_INFINITY;
  for (let count = 1; count <= most; count++) {
    const own = byWorth.slice(0, budget - count);
    const lifted = new Set(own);
    const rest = byRate.filter((cohort) => !lifted.has(cohort));
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

/** Bytes that a layer of its own is expected to save: in other images, and in later weeks. */
function worth(cohort: Cohort): number {
  const unchanged = 1 - cohortChangeChance(cohort);
  return cohort.size * (anyWorth + sharedWorth * shared(cohort) + unchangedWorth * unchanged);
}

/** The part of the images that hold the cohort which is not this one. */
function shared({ reach }: Cohort): number {
  return 1 - 1 / (1 + imagesPerUser * Math.max(0, reach - 1));
}
