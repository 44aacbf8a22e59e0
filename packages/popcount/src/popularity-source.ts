import { loadPopularity, type LoadPopularityOptions } from "./load-popularity.ts";
import { parseLocation } from "./location.ts";
import type { PopularityData } from "./parse-popularity.ts";
import { reasonOf } from "./popcount-error.ts";

/** Where popularity data is and when to read it. */
export interface PopularitySourceOptions extends Omit<LoadPopularityOptions, "signal"> {
  /** http, https or file URL, or a file path. */
  readonly location: string | URL;
  /**
   * Milliseconds from one reading to the next; 0 reads once only.
   * @defaultValue 3600000 (an hour)
   */
  readonly refreshInterval?: number | undefined;
  /**
   * Milliseconds until the next reading after one that failed, where that is sooner.
   * @defaultValue 60000
   */
  readonly failedInterval?: number | undefined;
  /**
   * How often one reading asks the server.
   * @defaultValue 2
   */
  readonly attempts?: number | undefined;
  /**
   * Milliseconds without any sign of life from the server after which an attempt has failed.
   * @defaultValue 10000
   */
  readonly timeout?: number | undefined;
  /**
   * Milliseconds that one attempt may take in all.
   * @defaultValue 60000
   */
  readonly deadline?: number | undefined;
  /** Told, in one sentence, why data could not be read and what is served with meanwhile. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Told of data that differs from what was there before. */
  readonly onUpdate?: ((data: PopularityData) => void) | undefined;
  /**
   * Runs something later; the result cancels it.
   * @defaultValue a timer that does not keep the process alive
   */
  readonly schedule?: ((run: () => void, milliseconds: number) => () => void) | undefined;
}

/** Popularity data that is read again from time to time. It is an aid: no failure is an error. */
export interface PopularitySource {
  /** The last good data; `undefined` while there has been none. */
  current(): PopularityData | undefined;
  /** Reads now, joining a reading under way, and plans the next; never rejects. */
  refresh(): Promise<void>;
  /** Ends a reading under way and plans no more. */
  close(): void;
}

/**
 * Nothing is read before the first `refresh()`:
 *
 * @example
 * const popularity = createPopularitySource({ location, onWarning });
 * await popularity.refresh();
 * popularity.current()?.data;
 *
 * @throws PopcountError `ERR_POPCOUNT_USAGE` when the location can never be one.
 */
export function createPopularitySource(options: PopularitySourceOptions): PopularitySource {
  const { refreshInterval = 3_600_000, failedInterval = 60_000 } = options;
  const { attempts = 2, timeout = 10_000, deadline = 60_000 } = options;
  const { schedule = scheduleQuietly } = options;
  const location = parseLocation(options.location);
  const closing = new AbortController();
  let current: PopularityData | undefined;
  let reading: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  const read = async (): Promise<void> => {
    let wait = refreshInterval;
    try {
      const { signal } = closing;
      const data = await loadPopularity(location, {
        ...options,
        attempts,
        timeout,
        deadline,
        signal,
      });
      if (data.identity !== current?.identity) {
        current = data;
        options.onUpdate?.(data);
      }
    } catch (error) {
      if (closing.signal.aborted) {
        return;
      }
      wait = Math.min(wait, failedInterval);
      const meanwhile =
        current === undefined ? "without popularity data" : "with the data read before";
      options.onWarning?.(`serving ${meanwhile}: ${reasonOf(error)}`);
    }
    if (refreshInterval > 0 && !closing.signal.aborted) {
      cancel = schedule(() => void refresh(), wait);
    }
  };

  const refresh = (): Promise<void> => {
    if (closing.signal.aborted) {
      return Promise.resolve();
    }
    cancel?.();
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
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

function scheduleQuietly(run: () => void, milliseconds: number): () => void {
  const timer = setTimeout(run, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
