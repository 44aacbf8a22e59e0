import type { Closure } from "./closure.ts";
import { isCount, knownPopularity, type Popularity, popularityEntries } from "./popularity.ts";
import { packageName } from "./store-path-name.ts";

/**
 * Popularity of every node, for strategies that lean on it: the count of the data; else that of
 * another version of the package, since data is collected less often than packages move; else the
 * users in the closure itself and one more, as every path has a reason to be built.
 */
export function estimatedPopularity(
  closure: Closure,
  popularity: Popularity | undefined,
): Float64Array {
  const versions = popularity === undefined ? undefined : versionsOf(popularity);
  return Float64Array.from(closure.names, (name, node) => {
    const users = closure.users.starts[node + 1]! - closure.users.starts[node]!;
    return knownPopularity(name, popularity) ?? versions?.get(packageName(name)) ?? users + 1;
  });
}

/** Going through the data takes longer than grouping an image, and all images share it. */
const versionsByData = new WeakMap<Popularity, ReadonlyMap<string, number>>();

function versionsOf(popularity: Popularity): ReadonlyMap<string, number> {
  let versions = versionsByData.get(popularity);
  if (versions === undefined) {
    versions = mostPopularVersions(popularity);
    versionsByData.set(popularity, versions);
  }
  return versions;
}

/** The largest count among the versions of each package, so that no order matters. */
function mostPopularVersions(popularity: Popularity): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [name, count] of popularityEntries(popularity)) {
    const key = packageName(name);
    if (isCount(count) && count > (counts.get(key) ?? -1)) counts.set(key, count);
  }
  return counts;
}
