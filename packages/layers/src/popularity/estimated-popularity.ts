import type { IndexedClosure } from "../graph/indexed-closure.ts";
import type { Popularity } from "./popularity.ts";
import { packageName } from "@nixery/store-path";

/** Popularity for strategies that rely on it. */
export interface PopularityEstimate {
  /** For every node; at least 0. */
  readonly counts: Float64Array;
  /** Whether the data has any path of the closure; else all counts come from one image. */
  readonly hasData: boolean;
}

/**
 * The popularity of every node: the count in the data; else that of another version of the package,
 * since packages change more often than data; else the users in the closure itself and one more,
 * since every path has at least one.
 */
export function estimatePopularity(
  closure: IndexedClosure,
  popularity: Popularity | undefined,
): PopularityEstimate {
  const versions = popularity === undefined ? undefined : versionsOf(popularity);
  let hasData = false;
  const counts = Float64Array.from(closure.names, (name, node) => {
    const known = popularity?.counts.get(name) ?? versions?.get(packageName(name));
    if (known !== undefined) {
      hasData = true;
    }
    return known ?? 1 + closure.users.starts[node + 1]! - closure.users.starts[node]!;
  });
  return { counts, hasData };
}

/** Reading all of the data takes longer than grouping an image, and images share it. */
const versionsByData = new WeakMap<Popularity, ReadonlyMap<string, number>>();

function versionsOf(popularity: Popularity): ReadonlyMap<string, number> {
  let versions = versionsByData.get(popularity);
  if (versions === undefined) {
    versions = mostPopularVersions(popularity);
    versionsByData.set(popularity, versions);
  }
  return versions;
}

/** The largest count among the versions of each package, so that the order has no effect. */
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
