import { isBinaryCacheError, parseLocation } from "@nixery/binary-cache";
import { reasonOf } from "@nixery/kit/reason-of";
import type { Popularity } from "@nixery/layers";
import { loadPopularity, type LoadPopularityOptions } from "./load-popularity.ts";
import { isPopcountError } from "./popcount-error.ts";

/** Where popularity data is, and when to read it. */
export interface PopularitySourceOptions extends Omit<LoadPopularityOptions, "signal"> {
  /** http, https or file URL, or a file path. */
  readonly location: string | URL;
  /**
   * Milliseconds from one reading to the next; 0 reads once only.
   * @defaultValue 3600000 (an hour)
   */
  readonly refreshInterval?: number | undefined;
  /**
   * Milliseconds from a failed reading to the next, where that is sooner.
   * @defaultValue 60000
   */
  readonly failedInterval?: number | undefined;
  /**
   * Attempts of one reading, at least 1.
   * @defaultValue 2
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Milliseconds without data from the server after which an attempt fails.
   * @defaultValue 10000
   */
  readonly idleTimeout?: number | undefined;
  /**
   * Milliseconds after which an attempt fails even while data arrives.
   * @defaultValue 60000
   */
  readonly deadline?: number | undefined;
  /** Called with the reason why data could not be read and what is used meanwhile. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Called with data that differs from the data before. */
  readonly onUpdate?: ((popularity: Popularity) => void) | undefined;
  /**
   * Runs something later; the result cancels it.
   * @defaultValue a timer that does not keep the process alive
   */
  readonly schedule?: ((run: () => void, milliseconds: number) => () => void) | undefined;
}

/** Popularity data that is read at intervals. Failures to read it are warnings, never errors. */
export interface PopularitySource {
  /** The last valid data; `undefined` while there is none. */
  current(): Popularity | undefined;
  /** Reads now, joining a reading under way, and schedules the next; never rejects. */
  refresh(): Promise<void>;
  /** Aborts a reading under way and schedules no more. */
  close(): void;
}

/**
 * Reads nothing before the first `refresh()`:
 *
 * @example
 * const source = createPopularitySource({ location, onWarning });
 * await source.refresh();
 * source.current()?.counts;
 *
 * @throws BinaryCacheError `ERR_BINARY_CACHE_INVALID_OPTION` for an invalid location
 */
export function createPopularitySource(options: PopularitySourceOptions): PopularitySource {
  const { refreshInterval = 3_600_000, failedInterval = 60_000 } = options;
  const { maxAttempts = 2, idleTimeout = 10_000, deadline = 60_000 } = options;
  const { schedule = scheduleUnreferenced } = options;
  const location = parseLocation(options.location);
  const closing = new AbortController();
  const { signal } = closing;
  let current: Popularity | undefined;
  let reading: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  const read = async (): Promise<void> => {
    let wait = refreshInterval;
    try {
      const limits = { maxAttempts, idleTimeout, deadline };
      const popularity = await loadPopularity(location, { ...options, ...limits, signal });
      if (popularity.identity !== current?.identity) {
        current = popularity;
        options.onUpdate?.(popularity);
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      wait = Math.min(wait, failedInterval);
      const meanwhile =
        current === undefined ? "without popularity data" : "with the popularity data read before";
      options.onWarning?.(`Serving ${meanwhile}: ${explain(error)}`);
    }
    if (refreshInterval > 0 && !signal.aborted) {
      cancel = schedule(() => void refresh(), wait);
    }
  };

  const refresh = async (): Promise<void> => {
    if (signal.aborted) {
      return;
    }
    cancel?.();
    reading ??= read().finally(() => {
      reading = undefined;
    });
    await reading;
  };

  return {
    current: () => current,
    refresh,
    close() {
      cancel?.();
      closing.abort();
    },
  };
}

/** The messages of our own errors name the location, which their causes do not. */
function explain(error: unknown): string {
  return isPopcountError(error) || isBinaryCacheError(error) ? error.message : reasonOf(error);
}

function scheduleUnreferenced(run: () => void, milliseconds: number): () => void {
  const timer = setTimeout(run, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
