/**
 * How many store paths of a whole package set refer to a path directly, by the path's name (see
 * `storePathName`): the JSON map that Nixery's `NIX_POPULARITY_URL` serves, as it is or as a `Map`.
 */
export type Popularity = ReadonlyMap<string, number> | Readonly<Record<string, number>>;

/**
 * The popularity of a name, 1 when the data does not know it or holds no count for it: something
 * refers to every path, or nobody would have built it.
 */
export function popularityOf(name: string, popularity: Popularity | undefined): number {
  const count = lookUp(name, popularity);
  return count !== undefined && Number.isFinite(count) && count >= 0 ? count : 1;
}

function lookUp(name: string, popularity: Popularity | undefined): number | undefined {
  if (popularity === undefined) return undefined;
  if (isMap(popularity)) return popularity.get(name);
  // A name may be one of Object.prototype's, such as `constructor`.
  return Object.hasOwn(popularity, name) ? popularity[name] : undefined;
}

function isMap(popularity: Popularity): popularity is ReadonlyMap<string, number> {
  return "get" in popularity && typeof popularity.get === "function";
}
