import { unlessAborted } from "@nixery/kit/unless-aborted";

/** Runs `task` when no other task that names one of `keys` is running. */
export type KeyedLock = <T>(
  keys: readonly string[],
  signal: AbortSignal | undefined,
  task: () => Promise<T>,
) => Promise<T>;

/** A lock for each key, in this process, first come first served. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();

  return async (keys, signal, task) => {
    // All keys are taken at once, so two tasks never wait for each other.
    const before = Promise.all(keys.map(async (key) => await tails.get(key)));
    const result = unlessAborted(before, signal).then(task);
    // An aborted task must not let the next one overtake those before it.
    const tail = Promise.allSettled([before, result]);
    for (const key of keys) {
      tails.set(key, tail);
    }
    try {
      return await result;
    } finally {
      for (const key of keys) {
        if (tails.get(key) === tail) {
          tails.delete(key);
        }
      }
    }
  };
}
