import type { ChangeRates } from "./change-rates.ts";
import type { Closure } from "./closure.ts";

/** A dependency that changes less often than this, in changes a week, sets nobody's pace. */
const slowest = 0.03;
/** A pace setter accounts for at least this part of the changes of a path. */
const leastPart = 0.5;

/**
 * For every node the path deep in its closure that most of its changes come from, -1 where there
 * is none. Paths with the same pace setter are usually new in the same weeks, while two that merely
 * change as often are not.
 *
 * @param order every node after its users
 */
export function findPaceSetters(
  closure: Closure,
  rates: ChangeRates,
  order: Uint32Array,
): Int32Array {
  const { starts, targets } = closure.references;
  const setters = new Int32Array(order.length).fill(-1);
  for (const node of order.toReversed()) {
    let fastest = -1;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      const target = targets[edge]!;
      if (fastest === -1 || rates.total[target]! > rates.total[fastest]!) {
        fastest = target;
      }
    }
    if (fastest === -1) {
      continue;
    }
    const rate = rates.total[fastest]!;
    if (rate < slowest || rate < leastPart * rates.total[node]!) {
      continue;
    }
    setters[node] = setters[fastest] === -1 ? fastest : setters[fastest]!;
  }
  return setters;
}
