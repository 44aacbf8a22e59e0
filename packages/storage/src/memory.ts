import { abortable } from "./abortable.ts";
import { assertKey } from "./key.ts";
import { resolveRange } from "./resolve-range.ts";
import { StorageError } from "./storage-error.ts";
import type { ObjectInfo, Storage } from "./storage.ts";

export interface MemoryStorageOptions {
  /** @defaultValue `"memory"` */
  readonly name?: string | undefined;
  /**
   * Most bytes to hold; a write beyond them rejects with `ERR_STORAGE_FULL`.
   * @defaultValue no limit
   */
  readonly maxBytes?: number | undefined;
}

interface MemoryObject {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** In bytes; the parts in which a body is handed out. */
const chunkSize = 256 * 1024;

/** A backend that forgets everything with the process: for tests, trials and small images. */
export function createMemoryStorage(options: MemoryStorageOptions = {}): Storage {
  const { name = "memory", maxBytes = Number.POSITIVE_INFINITY } = options;
  const objects = new Map<string, MemoryObject>();
  let used = 0;

  const infoOf = (key: string): ObjectInfo | undefined => {
    const object = objects.get(key);
    return object && { key, size: object.bytes.byteLength, contentType: object.contentType };
  };
  const begin = (key: string, signal: AbortSignal | undefined): void => {
    signal?.throwIfAborted();
    assertKey(key, name);
  };
  const put = (key: string, object: MemoryObject | undefined): void => {
    used += (object?.bytes.byteLength ?? 0) - (objects.get(key)?.bytes.byteLength ?? 0);
    if (object === undefined) {
      objects.delete(key);
    } else {
      objects.set(key, object);
    }
  };
  const assertSpace = (key: string, size: number): void => {
    if (used - (objects.get(key)?.bytes.byteLength ?? 0) + size > maxBytes) {
      throw new StorageError("ERR_STORAGE_FULL", {
        backend: name,
        key,
        message: `${name} holds at most ${maxBytes} bytes and has no space for ${key}; remove objects or raise maxBytes`,
      });
    }
  };

  return {
    name,
    async write(key, source, { contentType, signal }) {
      begin(key, signal);
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of abortable(source, { signal })) {
        size += chunk.byteLength;
        assertSpace(key, size);
        // The caller may fill the same buffer again.
        parts.push(new Uint8Array(chunk));
      }
      signal?.throwIfAborted();
      assertSpace(key, size);
      put(key, { contentType, bytes: Buffer.concat(parts, size) });
      return { key, size, contentType };
    },
    async read(key, { range, signal } = {}) {
      begin(key, signal);
      const info = infoOf(key);
      const bytes = objects.get(key)?.bytes;
      if (info === undefined || bytes === undefined) {
        return undefined;
      }
      const { start, length } = resolveRange(range, info, name);
      return { info, body: abortable(slices(bytes, start, start + length), { signal }) };
    },
    async stat(key, { signal } = {}) {
      begin(key, signal);
      return infoOf(key);
    },
    async move(from, to, { signal } = {}) {
      begin(from, signal);
      assertKey(to, name);
      const object = objects.get(from);
      if (object === undefined) {
        throw new StorageError("ERR_STORAGE_NOT_FOUND", {
          backend: name,
          key: from,
          message: `${name} has no ${from} to move to ${to}; write it first`,
        });
      }
      put(from, undefined);
      put(to, object);
    },
    async remove(key, { signal } = {}) {
      begin(key, signal);
      put(key, undefined);
    },
    async *list(prefix, { signal } = {}) {
      signal?.throwIfAborted();
      for (const key of [...objects.keys()].filter((one) => one.startsWith(prefix)).toSorted()) {
        signal?.throwIfAborted();
        const info = infoOf(key);
        if (info !== undefined) {
          yield info;
        }
      }
    },
  };
}

async function* slices(
  bytes: Uint8Array,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = start; offset < end; offset += chunkSize) {
    // A copy, so that a reader who writes into it does not change the object.
    yield new Uint8Array(bytes.subarray(offset, Math.min(offset + chunkSize, end)));
  }
}
