import { createSingleFlight } from "@nixery/kit/single-flight";
import { withTimeLimit } from "@nixery/kit/time-limit";
import type { PackageSourceError } from "@nixery/package-source";
import { LRUCache } from "lru-cache";

/** How a source finds out which commit a tag means. */
export interface LookUpOptions {
  /**
   * How long a channel, branch or tag keeps the commit that was found for it, in milliseconds; 0
   * looks it up for each request. After that time it is unavailable while its server is.
   * @defaultValue 60_000
   */
  readonly pinFor?: number | undefined;
  /**
   * Limit of one look-up, in milliseconds. Fetching the package set counts towards the limit of
   * `nix`.
   * @defaultValue 30_000
   */
  readonly timeout?: number | undefined;
}

/** Caches its results, and looks a name up once for all simultaneous callers. */
export type LookUp<Found> = (name: string, signal: AbortSignal | undefined) => Promise<Found>;

export interface LookUpTask<Found> {
  find(name: string, signal: AbortSignal): Promise<Found>;
  /** @param seconds - the limit that was exceeded */
  timedOut(name: string, seconds: number): PackageSourceError;
}

interface Remembered<Found> {
  readonly found: Found;
  /** By `performance.now()`. The cache's own `ttl` of 0 would mean for ever. */
  readonly until: number;
}

/** Clients make up names, so their number is bounded. */
const maxNames = 1000;

export function createLookUp<Found>(
  task: LookUpTask<Found>,
  { pinFor = 60_000, timeout = 30_000 }: LookUpOptions,
): LookUp<Found> {
  const recent = new LRUCache<string, Remembered<Found>>({ max: maxNames });
  const flights = createSingleFlight<Found>();

  const find = async (name: string, shared: AbortSignal): Promise<Found> => {
    const found = await withTimeLimit(
      timeout,
      shared,
      async (limited) => await task.find(name, limited),
      () => task.timedOut(name, timeout / 1000),
    );
    recent.set(name, { found, until: performance.now() + pinFor });
    return found;
  };

  return async (name, signal) => {
    const known = recent.get(name);
    return known !== undefined && performance.now() < known.until
      ? known.found
      : await flights.join(name, async (shared) => await find(name, shared), { signal });
  };
}
