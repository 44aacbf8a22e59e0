import type { Closure } from "./closure.ts";

/** Who brings a path into images. */
export interface Leaders {
  /**
   * For every node the most popular path through which it is needed, or the node itself where it
   * is about as popular as that: it then comes into images by ways of its own.
   */
  readonly leader: Uint32Array;
  /** For every node the largest popularity among itself and all that need it, directly or not. */
  readonly reach: Float64Array;
}

/** A path follows a leader that is more than so many times as popular. */
const followRatio = 0.5;
/** Counts differ by so much for no reason: below it a path follows whoever needs it. */
const followSlack = 6;

/**
 * Finds the leader of every node.
 *
 * A direct user's popularity is that of one name in the whole package set, so who leads whom is the
 * same in every image in which both are; an estimate from one image's graph would not be.
 *
 * @param order every node after its users
 */
export function findLeaders(
  closure: Closure,
  popularity: Float64Array,
  order: Uint32Array,
): Leaders {
  const { starts, targets } = closure.users;
  const leader = new Uint32Array(order.length);
  const reach = popularity.slice();
  const found = new Uint8Array(order.length);
  for (const node of order) {
    let best = -1;
    for (let edge = starts[node]!; edge < starts[node + 1]!; edge++) {
      const user = targets[edge]!;
      if (found[user] === 0) {
        continue;
      } // A user in the same cycle that comes later.
      reach[node] = Math.max(reach[node]!, reach[user]!);
      const candidate = leader[user]!;
      if (best === -1 || leads(candidate, best, popularity)) {
        best = candidate;
      }
    }
    const follows =
      best !== -1 && (popularity[best]! + followSlack) * followRatio > popularity[node]!;
    leader[node] = follows ? best : node;
    found[node] = 1;
  }
  return { leader, reach };
}

/** Assumed of a path of which nothing is known: many images have it. */
const unknownReach = 1000;

/** For guessed popularity: every node comes by itself, and other images are taken to have it. */
export function withoutLeaders(guessed: Float64Array): Leaders {
  return {
    leader: Uint32Array.from(guessed.keys()),
    reach: guessed.map((users) => unknownReach + users),
  };
}

/** The more popular leads; among equals the first by name. */
function leads(a: number, b: number, popularity: Float64Array): boolean {
  const lead = popularity[a]! - popularity[b]!;
  return lead > 0 || (lead === 0 && a < b);
}
