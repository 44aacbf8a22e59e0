import { collect } from "@nixery/kit/collect";
import { streamOf } from "@nixery/kit/stream-of";
import { stagingKey } from "./key.ts";
import { cleanUp } from "./remote/clean-up.ts";
import { isStorageError } from "./storage-error.ts";
import type { Storage, WriteOptions, WrittenObject } from "./storage.ts";

/** An optional method of a `Storage` that acts only if a condition holds. */
export type ConditionalMethod = "create" | "replace" | "removeVersion";

/** Whether a method does what it announces; tried under a key that has no object. */
type Trial = (storage: Storage, key: string, options: WriteOptions) => Promise<boolean>;

const trials: Readonly<Record<ConditionalMethod, Trial>> = {
  async create(storage, key, options) {
    const make = async (text: string): Promise<WrittenObject | undefined> =>
      await storage.create?.(key, source(text), options);
    const isFirst = (await make("first")) !== undefined;
    const isSecond = (await make("second")) !== undefined;
    return isFirst && !isSecond && (await textOf(storage, key, options)) === "first";
  },
  async replace(storage, key, options) {
    const [stale, current] = await writeTwice(storage, key, options);
    const swap = async (version: string, text: string): Promise<boolean> =>
      (await storage.replace?.(key, version, source(text), options)) !== undefined;
    return (
      !(await swap(stale, "third")) &&
      (await textOf(storage, key, options)) === "second" &&
      (await swap(current, "fourth")) &&
      (await textOf(storage, key, options)) === "fourth"
    );
  },
  async removeVersion(storage, key, options) {
    const [stale, current] = await writeTwice(storage, key, options);
    return (
      (await storage.removeVersion?.(key, stale, options)) === false &&
      (await textOf(storage, key, options)) === "second" &&
      (await storage.removeVersion?.(key, current, options)) === true &&
      (await storage.stat(key, options)) === undefined
    );
  },
};

const methods: readonly ConditionalMethod[] = ["create", "replace", "removeVersion"];

/**
 * The conditional methods of `storage` that act although their condition does not hold, or that the
 * service does not support. Rejects with every error of the storage but `ERR_STORAGE_UNAVAILABLE`, or
 * with the reason of an abort.
 */
export async function findIgnoredConditions(
  storage: Storage,
  signal: AbortSignal,
): Promise<readonly ConditionalMethod[]> {
  const ignored: ConditionalMethod[] = [];
  for (const method of methods) {
    if (storage[method] !== undefined && !(await isKept(storage, method, signal))) {
      ignored.push(method);
    }
  }
  return ignored;
}

async function isKept(
  storage: Storage,
  method: ConditionalMethod,
  signal: AbortSignal,
): Promise<boolean> {
  const key = stagingKey();
  try {
    return await trials[method](storage, key, { contentType: "text/plain", signal });
  } catch (error) {
    if (isStorageError(error) && error.code === "ERR_STORAGE_UNAVAILABLE") {
      // Writing works, so it is the condition that the service refuses.
      return false;
    }
    throw error;
  } finally {
    await cleanUp(async (limit) => {
      await storage.remove(key, { signal: limit });
    });
  }
}

/**
 * Versions of the object that was replaced and of the one that is there. A made-up version would
 * not do: a service may refuse it for its form.
 */
async function writeTwice(
  storage: Storage,
  key: string,
  options: WriteOptions,
): Promise<readonly [string, string]> {
  const { version: stale = "" } = await storage.write(key, source("first"), options);
  const { version: current = "" } = await storage.write(key, source("second"), options);
  return [stale, current];
}

function source(text: string): AsyncIterable<Uint8Array> {
  return streamOf(new TextEncoder().encode(text));
}

async function textOf(
  storage: Storage,
  key: string,
  { signal }: WriteOptions,
): Promise<string | undefined> {
  const result = await storage.read(key, { signal });
  return result && new TextDecoder().decode(await collect(result.body, 100));
}
