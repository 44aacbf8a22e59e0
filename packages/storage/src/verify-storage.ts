import { collect } from "@nixery/kit/collect";
import { streamOf } from "@nixery/kit/stream-of";
import { withTimeLimit } from "@nixery/kit/time-limit";
import { unlessAborted } from "@nixery/kit/unless-aborted";
import { type ConditionalMethod, findIgnoredConditions } from "./ignored-conditions.ts";
import { stagingKey } from "./key.ts";
import { cleanUp } from "./remote/clean-up.ts";
import { StorageError } from "./storage-error.ts";
import type { OperationOptions, Storage } from "./storage.ts";

export interface VerifyStorageOptions extends OperationOptions {
  /**
   * In milliseconds, for everything together.
   * @defaultValue 20,000
   */
  readonly timeout?: number | undefined;
}

/** A backend that works, and its methods that ignore their conditions. */
export interface VerifiedStorage {
  /** The given backend; without its methods in `ignoredConditions`, when there are any. */
  readonly storage: Storage;
  /** The methods of the given backend that do not do what they announce; usually none. */
  readonly ignoredConditions: readonly ConditionalMethod[];
}

/**
 * Tries everything that a registry does with a backend, once, with small objects that are removed
 * again: list, look up, write, read, remove, and the conditional methods that are present. Call it
 * when a server starts, so that a wrong name, missing permissions and an unreachable endpoint show
 * before the first pull.
 *
 * Some services accept a condition and ignore it, so a backend may have `create`, `replace` or
 * `removeVersion` without their guarantee. Use the `storage` of the result, which lacks those.
 *
 * Rejects with the backend's `StorageError`, with `ERR_STORAGE_CORRUPT` when other bytes are read
 * than were written, and with `ERR_STORAGE_UNAVAILABLE` after `timeout`.
 */
export async function verifyStorage(
  storage: Storage,
  { timeout = 20_000, signal }: VerifyStorageOptions = {},
): Promise<VerifiedStorage> {
  const verify = async (limited: AbortSignal): Promise<VerifiedStorage> => {
    await tryBasics(storage, limited);
    const ignoredConditions = await findIgnoredConditions(storage, limited);
    return { storage: withoutMethods(storage, ignoredConditions), ignoredConditions };
  };
  return await withTimeLimit(
    timeout,
    signal,
    async (limited) => await unlessAborted(verify(limited), limited),
    (cause) =>
      new StorageError("ERR_STORAGE_UNAVAILABLE", {
        backend: storage.name,
        message: `Connecting to ${storage.name} timed out after ${timeout / 1000} s. Check that its endpoint can be reached from here.`,
        cause,
      }),
  );
}

async function tryBasics(storage: Storage, signal: AbortSignal): Promise<void> {
  const key = stagingKey();
  for await (const _ of storage.list(key, { signal })) {
    // No object has this key; the point is that listing is allowed.
  }
  await storage.stat(key, { signal });
  try {
    await tryBytes(storage, key, signal);
    await storage.remove(key, { signal });
  } catch (error) {
    await cleanUp(async (limit) => {
      await storage.remove(key, { signal: limit });
    });
    throw error;
  }
}

async function tryBytes(storage: Storage, key: string, signal: AbortSignal): Promise<void> {
  const bytes = Buffer.from(key);
  const corrupt = (): StorageError =>
    new StorageError("ERR_STORAGE_CORRUPT", {
      backend: storage.name,
      key,
      message: `${storage.name} returns other bytes than were written. Check for a proxy that alters traffic.`,
    });
  await storage.write(key, streamOf(bytes), { contentType: "text/plain", signal });
  const result = await storage.read(key, { signal });
  if (!bytes.equals(await collect(result?.body ?? [], bytes.byteLength, corrupt))) {
    throw corrupt();
  }
}

/** `storage` itself, or an object with its other methods. */
function withoutMethods(storage: Storage, methods: readonly ConditionalMethod[]): Storage {
  if (methods.length === 0) {
    return storage;
  }
  const has = (method: ConditionalMethod): boolean => !methods.includes(method);
  // Bound, since a backend may be an instance of a class.
  return {
    name: storage.name,
    write: storage.write.bind(storage),
    read: storage.read.bind(storage),
    stat: storage.stat.bind(storage),
    move: storage.move.bind(storage),
    remove: storage.remove.bind(storage),
    list: storage.list.bind(storage),
    ...(storage.create && has("create") && { create: storage.create.bind(storage) }),
    ...(storage.replace && has("replace") && { replace: storage.replace.bind(storage) }),
    ...(storage.removeVersion &&
      has("removeVersion") && { removeVersion: storage.removeVersion.bind(storage) }),
    ...(storage.redirect && { redirect: storage.redirect.bind(storage) }),
  };
}
