import { setTimeout as delay } from "node:timers/promises";

/** Waits for `milliseconds`; on abort it rejects with `signal.reason`. */
export async function backOff(
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    // Node wraps the reason.
    throw signal?.reason ?? error;
  }
}
