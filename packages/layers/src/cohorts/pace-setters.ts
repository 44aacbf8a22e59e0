import type { ChangeRates } from "./change-rates.ts";
import type { IndexedClosure } from "../graph/indexed-closure.ts";

/** Changes a week below which a dependency sets no pace. */
const minRate = 0.03;
/** Part of the changes of a path that come from its pace setter, at least. */
const minPart = 0.5;

/**
 * For every node the path deep in its closure that causes most of its changes, -1 where there is
 * none. Paths with the same pace setter usually change in the same weeks, while two that merely
 * change as often do not.
 *
 * @param order every node after its users
 */
export function findPaceSetters(
  closure: IndexedClosure,
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
    if (rate < minRate || rate < minPart * rates.total[node]!) {
      continue;
    }
    setters[node] = setters[fastest] === -1 ? fastest : setters[fastest]!;
  }
  return setters;
}
