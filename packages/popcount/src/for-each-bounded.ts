import { setMaxListeners } from "node:events";
import pLimit from "p-limit";

/**
 * Runs `task` for every item, at most `concurrency` at a time. Items are taken as slots become
 * free, so that memory does not grow with their number. The first error ends the others, through
 * the signal that they get, and is thrown when all of them have stopped.
 */
export async function forEachBounded<Item>(
  items: Iterable<Item>,
  task: (item: Item, options: { readonly signal: AbortSignal }) => Promise<void>,
  options: { readonly concurrency: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const controller = new AbortController();
  // One listener for each task that runs is no leak.
  setMaxListeners(0, controller.signal);
  const outer = options.signal;
  const abort = (): void => controller.abort(outer?.reason);
  outer?.addEventListener("abort", abort, { once: true });
  const limit = pLimit(options.concurrency);
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let slot = Promise.withResolvers<void>();

  const run = async (item: Item): Promise<void> => {
    try {
      await task(item, { signal: controller.signal });
    } catch (error) {
      failure ??= { error };
      controller.abort(error);
    }
  };
  try {
    outer?.throwIfAborted();
    for (const item of items) {
      while (limit.activeCount + limit.pendingCount >= options.concurrency) {
        await slot.promise;
      }
      if (controller.signal.aborted) {
        break;
      }
      const promise = limit(run, item).finally(() => {
        running.delete(promise);
        slot.resolve();
        slot = Promise.withResolvers();
      });
      running.add(promise);
    }
    await Promise.all(running);
  } finally {
    outer?.removeEventListener("abort", abort);
  }
  outer?.throwIfAborted();
  if (failure !== undefined) {
    throw failure.error;
  }
}
