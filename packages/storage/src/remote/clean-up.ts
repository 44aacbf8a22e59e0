import { setTimeout as delay } from "node:timers/promises";

/** In milliseconds; how long a clean-up may take. */
const timeout = 15_000;

/** In milliseconds; how much of that a failed operation waits for. */
const patience = 1000;

/**
 * Cleans up after a failed operation. Not with the caller's signal, whose abort may be the reason,
 * but with one that times out. Waits a second for it, and ignores its errors.
 */
export async function cleanUp(task: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const cleaning = task(AbortSignal.timeout(timeout)).catch(() => undefined);
  await Promise.race([cleaning, delay(patience, undefined, { ref: false })]);
}
