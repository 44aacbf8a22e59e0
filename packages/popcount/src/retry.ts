import { setTimeout as sleep } from "node:timers/promises";
import { PopcountError, isPopcountError, reasonOf } from "./popcount-error.ts";

/** A failure that may pass by itself. */
export class Transient extends Error {
  /** Milliseconds that the other side asks to be left alone for. */
  readonly retryAfter: number | undefined;

  constructor(message: string, retryAfter?: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** How often and how soon to try again. */
export interface RetryOptions {
  /**
   * How often a thing is tried in all.
   * @defaultValue 8
   */
  readonly attempts?: number | undefined;
  /**
   * Milliseconds before the second attempt, at most; doubled for every further one, up to 30 s.
   * @defaultValue 500
   */
  readonly retryDelay?: number | undefined;
  /**
   * Source of jitter, at least 0 and less than 1.
   * @defaultValue Math.random
   */
  readonly random?: (() => number) | undefined;
  /** Told of every attempt that failed and will be repeated. */
  readonly onRetry?: ((reason: string) => void) | undefined;
}

export interface Retry {
  /** Runs `operation` until it succeeds, fails for good, or has been tried often enough. */
  <Result>(
    what: string,
    operation: () => Promise<Result>,
    options: { readonly signal: AbortSignal },
  ): Promise<Result>;
}

const longestDelay = 30_000;
/** A server that asks for more than this is asked again all the same. */
const longestRetryAfter = 300_000;

/**
 * Retries with exponential back-off and jitter. A server that answers one request with
 * `Retry-After` is left alone by all of them until then.
 */
export function createRetry(options: RetryOptions = {}): Retry {
  const { attempts = 8, retryDelay = 500, random = Math.random, onRetry } = options;
  let quietUntil = 0;

  return async (what, operation, { signal }) => {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await operation();
      } catch (error) {
        signal.throwIfAborted();
        if (!mayPass(error)) {
          throw error;
        }
        if (attempt >= attempts) {
          throw isPopcountError(error) ? error : unavailable(what, attempts, error);
        }
        if (error instanceof Transient && error.retryAfter !== undefined) {
          const wait = Math.min(error.retryAfter, longestRetryAfter);
          quietUntil = Math.max(quietUntil, performance.now() + wait);
        }
        onRetry?.(reasonOf(error));
        const backOff = Math.min(retryDelay * 2 ** (attempt - 1), longestDelay);
        // Jitter comes on top of the quiet time, or all waiting requests would start at once.
        const quiet = Math.max(0, quietUntil - performance.now());
        await sleep(quiet + backOff * (0.5 + random() / 2), undefined, { signal }).catch(() => {
          throw signal.reason;
        });
      }
    }
  };
}

/** What is not ours comes from the network; a malformed body may be a proxy's error page. */
function mayPass(error: unknown): boolean {
  return (
    error instanceof Transient ||
    !isPopcountError(error) ||
    error.code === "ERR_POPCOUNT_INVALID_NARINFO"
  );
}

function unavailable(what: string, attempts: number, cause: unknown): PopcountError {
  const times = attempts === 1 ? "one attempt" : `${attempts} attempts`;
  return new PopcountError(
    "ERR_POPCOUNT_UNAVAILABLE",
    `${what} could not be read after ${times} (${reasonOf(cause)}); try again later`,
    { cause },
  );
}

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), or
 * `undefined` when there is none that can be read.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) {
    return undefined;
  }
  if (/^\d{1,9}$/.test(header)) {
    return Number(header) * 1000;
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
