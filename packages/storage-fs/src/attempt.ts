import { toStorageError } from "./fs-error.ts";

/** A call of a storage's method. */
export interface Call {
  /** Completes "Cannot ...", such as `write layers/a`. */
  readonly operation: string;
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs `task`; rejects with the reason of an abort, or with a `StorageError` for a system error. */
export type Attempt = <T>(call: Call, task: () => Promise<T>) => Promise<T>;

export function createAttempt(backend: string): Attempt {
  return async ({ operation, key, signal }, task) => {
    try {
      return await task();
    } catch (error) {
      signal?.throwIfAborted();
      throw toStorageError(error, { backend, key, operation });
    }
  };
}
