import type { Closure } from "./closure.ts";
import type { Popularity } from "./popularity.ts";
import { packageName } from "./store-path-name.ts";

/** Popularity for strategies that lean on it. */
export interface PopularityEstimate {
  /** For every node; at least 0. */
  readonly counts: Float64Array;
  /** Whether the data knows any path of the closure; else all is guessed from one image. */
  readonly isFounded: boolean;
}

/**
 * The popularity of every node: the count of the data; else that of another version of the package,
 * since data is collected less often than packages move; else the users in the closure itself and
 * one more, as every path has a reason to be built.
 */
export function estimatePopularity(
  closure: Closure,
  popularity: Popularity | undefined,
): PopularityEstimate {
  const versions = popularity === undefined ? undefined : versionsOf(popularity);
  let isFounded = false;
  const counts = Float64Array.from(closure.names, (name, node) => {
    const known = popularity?.counts.get(name) ?? versions?.get(packageName(name));
    if (known !== undefined) {
      isFounded = true;
    }
    return known ?? 1 + closure.users.starts[node + 1]! - closure.users.starts[node]!;
  });
  return { counts, isFounded };
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
  const versions = new Map<string, number>();
  for (const [name, count] of popularity.counts) {
    const key = packageName(name);
    if (count > (versions.get(key) ?? -1)) {
      versions.set(key, count);
    }
  }
  return versions;
}
