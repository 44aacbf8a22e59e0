import { pause } from "@nixery/kit/pause";
import type { StorageError } from "../storage-error.ts";

export interface Recovery {
  /** Thrown when another attempt is not worthwhile. */
  readonly failure: StorageError;
  readonly isWorthwhile: boolean;
  /** In milliseconds. */
  readonly maxDelay: number;
  readonly signal: AbortSignal | undefined;
}

/** Waits before another attempt, or throws. */
export async function recover(recovery: Recovery): Promise<void> {
  const { failure, isWorthwhile, maxDelay, signal } = recovery;
  signal?.throwIfAborted();
  if (!isWorthwhile) {
    throw failure;
  }
  // At random, so that clients that failed together do not return together.
  await pause(maxDelay * Math.random(), signal);
}
