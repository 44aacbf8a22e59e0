import type { IndexedClosure } from "../graph/indexed-closure.ts";

/** The paths that bring others into images. */
export interface Leaders {
  /**
   * For every node the most popular path through which it is needed, or the node itself where it is
   * about as popular: it then comes into images by itself.
   */
  readonly leader: Uint32Array;
  /** For every node the largest popularity among itself and all its users, direct or not. */
  readonly reach: Float64Array;
}

/** A path follows a leader that is more than this many times as popular. */
const followRatio = 0.5;
/** Counts differ this much by chance: a less popular path follows any leader. */
const followSlack = 6;

/**
 * Finds the leader of every node.
 *
 * Popularity counts the users in the whole package set, so a path has the same leader in every image
 * with both. An estimate from the graph of one image would differ between images.
 *
 * @param order every node after its users
 */
export function findLeaders(
  closure: IndexedClosure,
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
      // A user in the same cycle may come later.
      if (found[user] === 0) {
        continue;
      }
      reach[node] = Math.max(reach[node]!, reach[user]!);
      const candidate = leader[user]!;
      if (best === -1 || isLeader(candidate, best, popularity)) {
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

/** Assumed popularity of a path without data: many images have it. */
const unknownReach = 1000;

/** For estimated popularity: every node comes by itself, and many images have it. */
export function withoutLeaders(estimated: Float64Array): Leaders {
  return {
    leader: Uint32Array.from(estimated.keys()),
    reach: estimated.map((users) => unknownReach + users),
  };
}

/** Whether `a` leads rather than `b`: the more popular, among equals the first by name. */
function isLeader(a: number, b: number, popularity: Float64Array): boolean {
  const lead = popularity[a]! - popularity[b]!;
  return lead > 0 || (lead === 0 && a < b);
}
