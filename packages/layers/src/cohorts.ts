import { changeChance, type ChangeRates } from "./change-rates.ts";
import type { Closure } from "./closure.ts";
import type { Leaders } from "./leaders.ts";

/** Paths that are in the same images and change at the same time, as far as can be foreseen. */
export interface Cohort {
  readonly nodes: number[];
  /** Whom they come with; of a single path its own leader or the path. */
  readonly leader: number;
  /** Sum of NAR sizes in bytes. */
  size: number;
  /** Popularity that stands for the images that hold the cohort. */
  reach: number;
  /** Expected changes of the fastest path, and expected own changes of all, in a week. */
  rate: number;
  ownRate: number;
  readonly isCore: boolean;
}

/** Bounds between paths that hardly, rarely, often and always change, in changes a week. */
const rateBounds = [0.025, 0.14, 0.8];

/**
 * Puts small paths with the same leader and about the same rate of change together, and every
 * other path alone.
 *
 * What is together depends on nothing but the paths themselves and their leaders, never on how
 * many paths the image has: else each image would have layers of its own.
 *
 * @param largest NAR size in bytes up to which a path counts as small
 */
export function formCohorts(
  closure: Closure,
  leaders: Leaders,
  rates: ChangeRates,
  largest: number,
): Cohort[] {
  const cohorts: Cohort[] = [];
  const shared = new Map<number, Cohort>();
  for (const [node, size] of closure.narSizes.entries()) {
    const leader = leaders.leader[node]!;
    const isCore = rates.core[node] === 1;
    const band = rateBounds.filter((bound) => rates.total[node]! >= bound).length;
    const key = (leader * 2 + (isCore ? 1 : 0)) * (rateBounds.length + 1) + band;
    const isSmall = size <= largest;
    let cohort = isSmall ? shared.get(key) : undefined;
    if (cohort === undefined) {
      const reach = leaders.reach[isSmall ? leader : node]!;
      cohort = { nodes: [], leader, size: 0, reach, rate: 0, ownRate: 0, isCore };
      cohorts.push(cohort);
      if (isSmall) shared.set(key, cohort);
    }
    cohort.nodes.push(node);
    cohort.size += size;
    cohort.rate = Math.max(cohort.rate, rates.total[node]!);
    cohort.ownRate += rates.own[node]!;
  }
  return cohorts;
}

/** The chance, from 0 to 1, that at least one path of the cohort is new after a week. */
export function cohortChangeChance(cohort: Cohort): number {
  const others = cohort.nodes.length > 1 ? cohort.ownRate : 0;
  return changeChance(cohort.rate + others, cohort.isCore);
}
