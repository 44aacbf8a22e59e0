/**
 * How many store paths of a whole package set refer to a path directly, by the path's name (see
 * `storePathName`): the JSON map that Nixery's `NIX_POPULARITY_URL` serves, as it is or as a `Map`.
 * It is read at every grouping and must not be changed between two.
 */
export type Popularity = ReadonlyMap<string, number> | Readonly<Record<string, number>>;

/** The count that the data holds for a name, if it is a count. */
export function knownPopularity(
  name: string,
  popularity: Popularity | undefined,
): number | undefined {
  if (popularity === undefined) {
    return undefined;
  }
  const count = isMap(popularity) ? popularity.get(name) : ownCount(name, popularity);
  return isCount(count) ? count : undefined;
}

/** Every name and count of the data. */
export function popularityEntries(popularity: Popularity): Iterable<readonly [string, number]> {
  return isMap(popularity) ? popularity : Object.entries(popularity);
}

/** Whether a value from outside is a number of users. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** A name may be one of Object.prototype's, such as `constructor`. */
function ownCount(name: string, popularity: Readonly<Record<string, number>>): number | undefined {
  return Object.hasOwn(popularity, name) ? popularity[name] : undefined;
}

function isMap(popularity: Popularity): popularity is ReadonlyMap<string, number> {
  return "get" in popularity && typeof popularity.get === "function";
}
