import type { IndexedClosure } from "../graph/indexed-closure.ts";

/** How often paths change, in expected changes a week. */
export interface ChangeRates {
  /** Changes of the path itself: a new version, another build recipe. */
  readonly own: Float64Array;
  /**
   * Changes of the path or of anything in its closure: in Nix a path changes with its references. At
   * most {@link alwaysChanging}.
   */
  readonly total: Float64Array;
  /** 1 where the path or its closure includes a core package, 0 elsewhere. */
  readonly core: Uint8Array;
}

/** Own changes a week of a path without users. */
const unpopularRate = 0.04;
/**
 * Users with which a path changes half as often: package sets delay and collect changes that rebuild
 * much (nixpkgs in its staging branches).
 */
const halvingPopularity = 30;
/** Users from which a path is a core package: those are rebuilt together. */
const corePopularity = 200;
/** Chance that core packages are rebuilt in a week. */
const coreChance = 0.25;
/** Changes a week with which a path is new in practically every week. */
const alwaysChanging = 3;
/** Paths of a closure that counts as always changing, so that the time stays linear. */
const largeClosure = 512;

/**
 * Estimates how often each path changes, from popularity and closures.
 *
 * @param order every node after its users
 */
export function estimateChangeRates(
  closure: IndexedClosure,
  popularity: Float64Array,
  order: Uint32Array,
): ChangeRates {
  const { starts, targets } = closure.references;
  const count = order.length;
  const own = popularity.map((users) => unpopularRate / (1 + users / halvingPopularity));
  const total = new Float64Array(count);
  const core = new Uint8Array(count);
  const seenFor = new Int32Array(count).fill(-1);
  const pending: number[] = [];

  const sumOfClosure = (from: number): number => {
    let sum = 0;
    let seen = 1;
    pending.length = 0;
    pending.push(from);
    seenFor[from] = from;
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      sum += own[node]!;
      for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
        const target = targets[edge]!;
        if (seenFor[target] === from) {
          continue;
        }
        seenFor[target] = from;
        seen++;
        pending.push(target);
      }
      if (sum >= alwaysChanging || seen > largeClosure) {
        return alwaysChanging;
      }
    }
    return sum;
  };

  for (const node of order.toReversed()) {
    let isCore = popularity[node]! >= corePopularity;
    let fastest = 0;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      const target = targets[edge]!;
      if (core[target] === 1) {
        isCore = true;
      }
      fastest = Math.max(fastest, total[target]!);
    }
    core[node] = isCore ? 1 : 0;
    total[node] = fastest >= alwaysChanging ? alwaysChanging : sumOfClosure(node);
  }
  return { own, total, core };
}

/** The chance, from 0 to 1, of a change within a week at this rate. */
export function changeChance(rate: number, isCore: boolean): number {
  return 1 - Math.exp(-rate) * (isCore ? 1 - coreChance : 1);
}
