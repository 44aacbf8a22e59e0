import { setMaxListeners } from "node:events";
import pLimit from "p-limit";

export interface ForEachBoundedOptions {
  /** Tasks that run at the same time. */
  readonly maxRunning: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `task` for every item, at most `maxRunning` at a time, and takes an item only when a task
 * can start with it, so that memory does not grow with the number of items. The first error aborts
 * the signal of the other tasks and is thrown when all of them have ended.
 */
export async function forEachBounded<Item>(
  items: Iterable<Item>,
  task: (item: Item, options: { readonly signal: AbortSignal }) => Promise<void>,
  { maxRunning, signal }: ForEachBoundedOptions,
): Promise<void> {
  const controller = new AbortController();
  // Every running task may listen.
  setMaxListeners(0, controller.signal);
  const abort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const limit = pLimit(maxRunning);
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  const run = async (item: Item): Promise<void> => {
    try {
      await task(item, { signal: controller.signal });
    } catch (error) {
      failure ??= { error };
      controller.abort(error);
    }
  };
  try {
    signal?.throwIfAborted();
    for (const item of items) {
      if (running.size >= maxRunning) {
        await Promise.race(running);
      }
      if (controller.signal.aborted) {
        break;
      }
      const promise = limit(run, item).finally(() => running.delete(promise));
      running.add(promise);
    }
    await Promise.all(running);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  signal?.throwIfAborted();
  if (failure !== undefined) {
    throw failure.error;
  }
}
