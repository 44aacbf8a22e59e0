/** Runs `task` when no other task that names one of `keys` is running. */
export type KeyedLock = <T>(keys: readonly string[], task: () => Promise<T>) => Promise<T>;

/** A lock for each key, in this process, first come first served. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();

  return async (keys, task) => {
    // All keys are taken at once, so two tasks never wait for each other.
    const before = Promise.all(keys.map(async (key) => tails.get(key)));
    const result = before.then(task);
    const tail = result.catch(() => undefined);
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
