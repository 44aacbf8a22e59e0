import type { AssertHeld, FileLocks } from "./file-locks.ts";
import { createKeyedLock } from "./keyed-lock.ts";

/** Runs `task` when no other change of one of `keys` is running, in any process. */
export type KeyLocks = <T>(
  keys: readonly string[],
  signal: AbortSignal | undefined,
  task: (assertHeld: AssertHeld) => Promise<T>,
) => Promise<T>;

/** A lock file for each key, and a queue before it for the tasks of this process. */
export function createKeyLocks(locks: FileLocks): KeyLocks {
  const queue = createKeyedLock();

  const holdAll = async <T>(
    [first, ...rest]: readonly string[],
    signal: AbortSignal | undefined,
    task: (assertHeld: AssertHeld) => Promise<T>,
  ): Promise<T> => {
    if (first === undefined) {
      return await task(async () => undefined);
    }
    return await locks.hold(lockName(first), signal, async (assertFirst) =>
      holdAll(rest, signal, async (assertRest) =>
        task(async () => {
          await assertFirst();
          await assertRest();
        }),
      ),
    );
  };

  return async (keys, signal, task) => {
    // In one order, so that two processes never wait for each other.
    const sorted = [...new Set(keys)].toSorted();
    return await queue(sorted, signal, async () => {
      signal?.throwIfAborted();
      return await holdAll(sorted, signal, async (assertHeld) => {
        signal?.throwIfAborted();
        return await task(assertHeld);
      });
    });
  };
}

/** No id contains `@`. */
function lockName(key: string): string {
  return key.replace("/", "@");
}
