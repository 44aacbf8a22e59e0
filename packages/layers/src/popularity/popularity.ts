import { createHash } from "node:crypto";
import { encodePopularity } from "./encode-popularity.ts";

/** How many store paths of a whole package set refer to each path directly. */
export interface Popularity {
  /** Direct users by the name of the path (see `storePathName` of `@nixery/store-path`). */
  readonly counts: ReadonlyMap<string, number>;
  /**
   * SHA-256 of the counts in canonical form (see {@link encodePopularity}), 64 hexadecimal digits.
   * Other counts make other layers, so it is part of the keys of caches.
   */
  readonly identity: string;
}

/**
 * Popularity data from names and counts, such as the entries of the JSON map that Nixery's
 * `NIX_POPULARITY_URL` serves. Copies them, and leaves out counts that are negative or not finite.
 *
 * @example
 * createPopularity(Object.entries({ "hello-2.12": 3 }))
 */
export function createPopularity(counts: Iterable<readonly [string, number]>): Popularity {
  const valid = new Map<string, number>();
  for (const [name, count] of counts) {
    if (Number.isFinite(count) && count >= 0) {
      valid.set(name, count);
    }
  }
  const identity = createHash("sha256").update(encodePopularity(valid)).digest("hex");
  return { counts: valid, identity };
}
