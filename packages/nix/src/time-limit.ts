/**
 * Runs an operation with a signal that also fires after `milliseconds`; then it rejects with what
 * `expired` gives.
 */
export async function withTimeLimit<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  operation: (signal: AbortSignal) => Promise<T>,
  expired: () => Error,
): Promise<T> {
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(milliseconds);
  try {
    return await operation(signal === undefined ? limit : AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted && error === limit.reason) {
      throw expired();
    }
    throw error;
  }
}
