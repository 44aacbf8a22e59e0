import pLimit from "p-limit";
import { abortion } from "./abortion.ts";

/**
 * Runs an operation when its turn has come. One that is aborted before is rejected at once and
 * never called; one that runs has to heed the signal itself.
 */
export type InTurn = <T>(operation: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Lets `atOnce` operations run at the same time, the others in the order in which they came. */
export function createTurns(atOnce: number): InTurn {
  const limit = pLimit(atOnce);
  return async (operation, signal) => {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<void>();
    const result = limit(async () => {
      signal.throwIfAborted();
      turn.resolve();
      return await operation();
    });
    const aborted = abortion(signal);
    try {
      await Promise.race([turn.promise, aborted.promise]);
    } catch (error) {
      result.catch(() => undefined);
      throw error;
    } finally {
      aborted.dispose();
    }
    return await result;
  };
}
