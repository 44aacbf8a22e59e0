import type { ChangeRates } from "./change-rates.ts";
import type { IndexedClosure } from "../graph/indexed-closure.ts";
import { type Cohort, createCohort, weeklyWaste } from "./cohort.ts";
import type { Leaders } from "./leaders.ts";

/** The input of {@link formCohorts}. */
export interface CohortInput {
  readonly closure: IndexedClosure;
  readonly leaders: Leaders;
  readonly rates: ChangeRates;
  /** For every node the path that sets its pace, or -1 (see `findPaceSetters`). */
  readonly paceSetters: Int32Array;
  /** NAR size in bytes up to which a path counts as small. */
  readonly smallPath: number;
}

/** Changes a week that separate paths that change hardly, rarely, often and always. */
const rateBounds = [0.025, 0.14, 0.8];
/** Weekly waste, in sizes of a small path, from which a cohort is split once and a second time. */
const firstSplit = 0.6;
const secondSplit = 1.2;
/** Part of the size of a small path up to which a path stays in a wasteful cohort. */
const tinyPart = 0.5;

/**
 * Puts small paths with the same leader and about the same rate of change together, and every other
 * path alone. A cohort that is expected to waste many bytes a week is split by pace setters and, if
 * need be, once more, so that only tiny paths stay together.
 *
 * Cohorts depend on the paths and their leaders, never on the number of paths in the image: else
 * each image would have layers of its own.
 */
export function formCohorts(input: CohortInput): Cohort[] {
  const { closure, rates, smallPath } = input;
  const isWasteful = (cohort: Cohort, smallPaths: number): boolean =>
    cohort.nodes.length > 1 && weeklyWaste(cohort, closure, rates) > smallPaths * smallPath;
  return byLeaderAndRate(input).flatMap((cohort) => {
    if (!isWasteful(cohort, firstSplit)) {
      return [cohort];
    }
    return byPaceSetter(cohort, input).flatMap((part) =>
      isWasteful(part, secondSplit) ? withTinyPaths(part, input) : [part],
    );
  });
}

function byLeaderAndRate({ closure, leaders, rates, smallPath }: CohortInput): Cohort[] {
  const alone: Cohort[] = [];
  const together = new Map<number, number[]>();
  for (const [node, size] of closure.narSizes.entries()) {
    const leader = leaders.leader[node]!;
    if (size > smallPath) {
      alone.push(createCohort([node], { leader, reach: leaders.reach[node]! }, closure, rates));
      continue;
    }
    const band = rateBounds.filter((bound) => rates.total[node]! >= bound).length;
    const key = (leader * 2 + rates.core[node]!) * (rateBounds.length + 1) + band;
    append(together, key, node);
  }
  for (const nodes of together.values()) {
    const leader = leaders.leader[nodes[0]!]!;
    alone.push(createCohort(nodes, { leader, reach: leaders.reach[leader]! }, closure, rates));
  }
  return alone;
}

function byPaceSetter(cohort: Cohort, { closure, rates, paceSetters }: CohortInput): Cohort[] {
  const parts = new Map<number, number[]>();
  for (const node of cohort.nodes) {
    append(parts, paceSetters[node]!, node);
  }
  return Array.from(parts.values(), (nodes) => createCohort(nodes, cohort, closure, rates));
}

function withTinyPaths(
  cohort: Cohort,
  { closure, leaders, rates, smallPath }: CohortInput,
): Cohort[] {
  const tiny: number[] = [];
  const parts: Cohort[] = [];
  for (const node of cohort.nodes) {
    if (closure.narSizes[node]! <= smallPath * tinyPart) {
      tiny.push(node);
    } else {
      const from = { leader: cohort.leader, reach: leaders.reach[node]! };
      parts.push(createCohort([node], from, closure, rates));
    }
  }
  return tiny.length === 0 ? parts : [...parts, createCohort(tiny, cohort, closure, rates)];
}

function append(lists: Map<number, number[]>, key: number, node: number): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [node]);
  } else {
    list.push(node);
  }
}
