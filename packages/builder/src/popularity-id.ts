import type { Popularity } from "@nixery/layers";
import { cacheId } from "./cache-id.ts";
import { byteOrder } from "./byte-string.ts";

const known = new WeakMap<object, string>();

/**
 * Identity of popularity data: other data groups otherwise, so it is part of the cache keys. Data
 * with the same counts has the same id in every process. It is computed once an object, which must
 * not be changed afterwards.
 */
export function popularityId(popularity: Popularity | undefined): string {
  if (popularity === undefined) {
    return "";
  }
  let id = known.get(popularity);
  if (id === undefined) {
    const counts: [string, number][] = isIterable(popularity)
      ? [...popularity]
      : Object.entries(popularity);
    id = cacheId(counts.toSorted(([a], [b]) => byteOrder(a, b)));
    known.set(popularity, id);
  }
  return id;
}

function isIterable(value: Popularity): value is ReadonlyMap<string, number> {
  return Symbol.iterator in value;
}
