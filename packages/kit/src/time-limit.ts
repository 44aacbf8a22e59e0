/**
 * Runs `operation` with a signal that also aborts after `milliseconds`, at most 2^31 - 1. Then it
 * rejects with the error that `expired` returns.
 */
export async function withTimeLimit<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  operation: (signal: AbortSignal) => Promise<T>,
  expired: (cause: unknown) => Error,
): Promise<T> {
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(milliseconds);
  try {
    return await operation(signal === undefined ? limit : AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted && error === limit.reason) {
      throw expired(error);
    }
    throw error;
  }
}

/** The longest time that a timer can measure, in milliseconds. */
const maxDelay = 2 ** 31 - 1;

/** Whether a timer can measure `milliseconds`; longer times, such as `Infinity`, set no limit. */
export function isTimeLimit(milliseconds: number): boolean {
  return milliseconds <= maxDelay;
}
