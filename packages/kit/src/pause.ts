import { setTimeout as delay } from "node:timers/promises";

/** Waits for `milliseconds`; on abort it rejects with `signal.reason`. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    // Node wraps the reason.
    throw signal?.aborted === true ? signal.reason : error;
  }
}
