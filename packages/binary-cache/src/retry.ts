import { pause } from "@nixery/kit/pause";
import { reasonOf } from "@nixery/kit/reason-of";
import { wholeNumber } from "@nixery/kit/whole-number";
import { BinaryCacheError, isBinaryCacheError } from "./binary-cache-error.ts";

export interface TransientErrorOptions extends ErrorOptions {
  /** Milliseconds that the server asks clients to wait. */
  readonly retryAfter?: number | undefined;
}

/** A failure of one attempt; another may succeed. */
export class TransientError extends Error {
  readonly retryAfter: number | undefined;

  constructor(message: string, options: TransientErrorOptions = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

export interface RetryOptions {
  /**
   * Attempts in all, at least 1.
   * @defaultValue 8
   */
  readonly maxAttempts?: number | undefined;
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
  /** Called for every attempt that failed and will be repeated. */
  readonly onRetry?: ((reason: string) => void) | undefined;
}

/** Repeats an operation until it succeeds, fails for good, or has no attempt left. */
export type Retry = <Result>(
  location: string,
  operation: () => Promise<Result>,
  options: { readonly signal: AbortSignal | undefined },
) => Promise<Result>;

const maxDelay = 30_000;
/** A longer `Retry-After` is cut to this. */
const maxRetryAfter = 300_000;

/**
 * Retries with exponential back-off and jitter. A `Retry-After` in one response holds back all
 * operations until then.
 *
 * @throws BinaryCacheError `ERR_BINARY_CACHE_INVALID_OPTION`
 */
export function createRetry(options: RetryOptions = {}): Retry {
  const { retryDelay = 500, random = Math.random, onRetry } = options;
  const maxAttempts = wholeNumber(
    "maxAttempts",
    options.maxAttempts ?? 8,
    { min: 1 },
    (message) => new BinaryCacheError("ERR_BINARY_CACHE_INVALID_OPTION", { message }),
  );
  let quietUntil = 0;

  return async (location, operation, { signal }) => {
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      try {
        return await operation();
      } catch (error) {
        signal?.throwIfAborted();
        if (!isWorthRetrying(error)) {
          throw error;
        }
        if (attempt >= maxAttempts) {
          throw isBinaryCacheError(error) ? error : unavailable(location, maxAttempts, error);
        }
        if (error instanceof TransientError && error.retryAfter !== undefined) {
          const wait = Math.min(error.retryAfter, maxRetryAfter);
          quietUntil = Math.max(quietUntil, performance.now() + wait);
        }
        onRetry?.(reasonOf(error));
        const backOff = Math.min(retryDelay * 2 ** (attempt - 1), maxDelay);
        // Jitter is added to the quiet time, or all waiting requests would start at once.
        const quiet = Math.max(0, quietUntil - performance.now());
        await pause(quiet + backOff * (0.5 + random() / 2), signal);
      }
    }
  };
}

/** A malformed narinfo file may be the error page of a proxy. */
function isWorthRetrying(error: unknown): boolean {
  return (
    error instanceof TransientError || isBinaryCacheError(error, "ERR_BINARY_CACHE_INVALID_NARINFO")
  );
}

function unavailable(location: string, attempts: number, cause: unknown): BinaryCacheError {
  const times = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  return new BinaryCacheError("ERR_BINARY_CACHE_UNAVAILABLE", {
    message: `Reading "${location}" failed after ${times} (${reasonOf(cause)}). Try again later.`,
    cause,
  });
}

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date);
 * `undefined` when it is missing or invalid.
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
