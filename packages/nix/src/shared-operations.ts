import { abortion } from "./abortion.ts";

/** Runs an operation once for all who ask for it at the same time. */
export interface SharedOperations<V> {
  /**
   * Joins the operation that runs under this key, or starts it. A caller that aborts is rejected
   * with its reason alone; the operation is aborted when nobody waits for it any more.
   */
  readonly run: (
    key: string,
    operation: (signal: AbortSignal) => Promise<V>,
    signal: AbortSignal | undefined,
  ) => Promise<V>;
}

interface Running<V> {
  readonly result: Promise<V>;
  readonly controller: AbortController;
  waiting: number;
}

export function createSharedOperations<V>(): SharedOperations<V> {
  const running = new Map<string, Running<V>>();

  function start(key: string, operation: (signal: AbortSignal) => Promise<V>): Running<V> {
    const controller = new AbortController();
    const result = operation(controller.signal).finally(() => {
      if (running.get(key) === entry) {
        running.delete(key);
      }
    });
    // Each caller sees the rejection; one that nobody waits for any more is nobody's concern.
    result.catch(() => undefined);
    const entry: Running<V> = { result, controller, waiting: 0 };
    running.set(key, entry);
    return entry;
  }

  return {
    run: async (key, operation, signal) => {
      signal?.throwIfAborted();
      const entry = running.get(key) ?? start(key, operation);
      entry.waiting++;
      const aborted = abortion(signal);
      try {
        return await Promise.race([entry.result, aborted.promise]);
      } finally {
        aborted.dispose();
        entry.waiting--;
        if (entry.waiting === 0 && running.get(key) === entry) {
          running.delete(key);
          entry.controller.abort(signal?.reason);
        }
      }
    },
  };
}
