import { setMaxListeners } from "node:events";

export interface ForEachBoundedOptions {
  /** Tasks that run at the same time; at least 1. */
  readonly maxRunning: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `task` for every item, at most `maxRunning` at a time, and takes an item only when a task
 * can start with it, so that memory does not grow with the number of items. The first error, of a
 * task or of `items`, aborts the signal of the other tasks and is thrown when all of them have
 * ended.
 */
export async function forEachBounded<Item>(
  items: Iterable<Item>,
  task: (item: Item, options: { readonly signal: AbortSignal }) => Promise<void>,
  { maxRunning, signal }: ForEachBoundedOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const iterator = items[Symbol.iterator]();
  const remaining = { [Symbol.iterator]: () => iterator };
  const controller = new AbortController();
  // Every running task may listen.
  setMaxListeners(0, controller.signal);
  const abort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  let isDone = false;
  let failure: { readonly error: unknown } | undefined;

  const work = async (): Promise<void> => {
    try {
      for (const item of remaining) {
        if (controller.signal.aborted) {
          break;
        }
        await task(item, { signal: controller.signal });
      }
    } catch (error) {
      failure ??= { error };
      controller.abort(error);
    }
    isDone = true;
  };
  const workers: Promise<void>[] = [];
  // oxlint-disable-next-line no-unmodified-loop-condition -- a worker stops the loop
  while (workers.length < maxRunning && !isDone) {
    workers.push(work());
  }
  await Promise.all(workers);
  signal?.removeEventListener("abort", abort);
  signal?.throwIfAborted();
  if (failure !== undefined) {
    throw failure.error;
  }
}
