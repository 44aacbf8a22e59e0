import { changeChance, type ChangeRates } from "./change-rates.ts";
import type { IndexedClosure } from "../graph/indexed-closure.ts";

/** Paths that are expected to be in the same images and to change at the same time. */
export interface Cohort {
  /** Ascending. */
  readonly nodes: readonly number[];
  /** The path with which the others come into images; may be one of them. */
  readonly leader: number;
  /** Popularity by which the number of images with the cohort is estimated. */
  readonly reach: number;
  /** Sum of NAR sizes in bytes. */
  readonly size: number;
  /** Expected changes a week of the path that changes most often. */
  readonly rate: number;
  /** Expected own changes a week of all paths together. */
  readonly ownRate: number;
  readonly isCore: boolean;
}

/** @param nodes ascending, at least one, either all core or none */
export function createCohort(
  nodes: readonly number[],
  from: Pick<Cohort, "leader" | "reach">,
  closure: IndexedClosure,
  rates: ChangeRates,
): Cohort {
  let size = 0;
  let rate = 0;
  let ownRate = 0;
  for (const node of nodes) {
    size += closure.narSizes[node]!;
    rate = Math.max(rate, rates.total[node]!);
    ownRate += rates.own[node]!;
  }
  const { leader, reach } = from;
  return { nodes, leader, reach, size, rate, ownRate, isCore: rates.core[nodes[0]!] === 1 };
}

/** The chance, from 0 to 1, that at least one path of the cohort is new after a week. */
export function cohortChangeChance({ nodes, rate, ownRate, isCore }: Cohort): number {
  return changeChance(nodes.length > 1 ? rate + ownRate : rate, isCore);
}

/** Bytes expected to be fetched in a week only because other paths of the cohort changed. */
export function weeklyWaste(cohort: Cohort, closure: IndexedClosure, rates: ChangeRates): number {
  const fetched = cohort.size * cohortChangeChance(cohort);
  return cohort.nodes.reduce(
    (waste, node) =>
      waste - closure.narSizes[node]! * changeChance(rates.total[node]!, cohort.isCore),
    fetched,
  );
}
