import { isStorageError, StorageError } from "./storage-error.ts";
import { stagingKey } from "./key.ts";
import type { OperationOptions, Storage } from "./storage.ts";

export interface VerifyStorageOptions extends OperationOptions {
  /**
   * In milliseconds; how long the backend may take in all.
   * @defaultValue 20,000
   */
  readonly timeout?: number | undefined;
}

/**
 * Tries what a registry needs of a backend, once, with a small object that is removed again: look
 * up, list, write, read, remove. For the start of a server: a wrong name, missing credentials or
 * permissions and an unreachable endpoint show there rather than at the first pull. Rejects with
 * the backend's `StorageError`, or with `ERR_STORAGE_UNAVAILABLE` after `timeout`.
 */
export async function verifyStorage(
  storage: Storage,
  options: VerifyStorageOptions = {},
): Promise<void> {
  const { timeout = 20_000 } = options;
  const limit = AbortSignal.timeout(timeout);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  try {
    await tryEverything(storage, signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isStorageError(error) || !limit.aborted) {
      throw error;
    }
    throw new StorageError("ERR_STORAGE_UNAVAILABLE", {
      backend: storage.name,
      message: `${storage.name} did not answer within ${timeout / 1000} s; check that its endpoint can be reached from here`,
      cause: error,
    });
  }
}

async function tryEverything(storage: Storage, signal: AbortSignal): Promise<void> {
  const key = stagingKey();
  for await (const _ of storage.list(key, { signal })) {
    // Nothing has this key; what counts is that listing is allowed.
  }
  await storage.stat(key, { signal });
  try {
    await tryBytes(storage, key, signal);
  } catch (error) {
    await storage.remove(key, { signal }).catch(() => undefined);
    throw error;
  }
  await storage.remove(key, { signal });
}

async function tryBytes(storage: Storage, key: string, signal: AbortSignal): Promise<void> {
  const bytes = Buffer.from(key);
  await storage.write(key, once(bytes), { contentType: "text/plain", signal });
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await storage.read(key, { signal }))?.body ?? []) {
    chunks.push(chunk);
  }
  if (!bytes.equals(Buffer.concat(chunks))) {
    throw new StorageError("ERR_STORAGE_CORRUPT", {
      backend: storage.name,
      key,
      message: `${storage.name} gave back other bytes than were written; check what stands between here and there`,
    });
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
