import type { StorePathList } from "./store-path-list.ts";
import { createUseCounter } from "./use-counter.ts";

/** A count over a list under way: which paths are done, and the result so far. */
export interface RunningCount {
  /** Notes that a path is done; `undefined` names: it could not be counted. */
  add(base: string, names: readonly string[] | undefined): void;
  /** Notes a result of an earlier run; ignores a hash that is not in the list. */
  restore(hash: string, names: readonly string[] | undefined): void;
  /** Paths that are not done, ascending, found while it is iterated. */
  remaining(): Iterable<string>;
  missing(): readonly string[];
  counts(): ReadonlyMap<string, number>;
  progress(): { readonly done: number; readonly total: number; readonly missing: number };
}

const open = 0;
const counted = 1;
const absent = 2;

export function createRunningCount({ bases }: StorePathList): RunningCount {
  const counter = createUseCounter();
  // One byte a path: the list is sorted, so its positions need no map.
  const states = new Uint8Array(bases.length);
  let done = 0;
  let missing = 0;

  const note = (index: number, names: readonly string[] | undefined): void => {
    if (states[index] !== open) {
      return;
    }
    done += 1;
    states[index] = names === undefined ? absent : counted;
    if (names === undefined) {
      missing += 1;
    } else {
      counter.add(names);
    }
  };

  return {
    add: (base, names) => note(find(bases, base), names),
    restore: (hash, names) => note(find(bases, hash), names),
    *remaining() {
      for (const [index, base] of bases.entries()) {
        if (states[index] === open) {
          yield base;
        }
      }
    },
    missing: () => bases.filter((_, index) => states[index] === absent),
    counts: () => counter.counts(),
    progress: () => ({ done, total: bases.length, missing }),
  };
}

/** Position of the first path that starts with `prefix`, or -1. */
function find(sorted: readonly string[], prefix: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < prefix) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return sorted[low]?.startsWith(prefix) === true ? low : -1;
}
