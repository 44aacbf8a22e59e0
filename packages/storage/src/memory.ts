import { abortable } from "./abortable.ts";
import { assertKey } from "./key.ts";
import { resolveRange } from "./resolve-range.ts";
import { StorageError } from "./storage-error.ts";
import type { ObjectInfo, Storage, WriteOptions, WrittenObject } from "./storage.ts";

export interface MemoryStorageOptions {
  /** @defaultValue `"memory"` */
  readonly name?: string | undefined;
  /**
   * Bytes that all objects together may have; a write beyond them rejects with `ERR_STORAGE_FULL`.
   * @defaultValue no limit
   */
  readonly maxBytes?: number | undefined;
}

interface MemoryObject {
  readonly info: ObjectInfo;
  readonly bytes: Uint8Array;
}

type Source = AsyncIterable<Uint8Array>;

/** In bytes; the chunks of a body. */
const chunkSize = 256 * 1024;

/** A backend that loses everything with the process: for tests, trials and small images. */
export function createMemoryStorage(options: MemoryStorageOptions = {}): Storage {
  const { name = "memory", maxBytes = Number.POSITIVE_INFINITY } = options;
  if (!(maxBytes >= 0)) {
    throw new StorageError("ERR_STORAGE_INVALID_OPTION", {
      backend: name,
      message: `Invalid maxBytes ${maxBytes}. Use a number of bytes, 0 or more.`,
    });
  }
  const objects = new Map<string, MemoryObject>();
  let usedBytes = 0;
  let lastVersion = 0;

  const begin = (key: string, signal: AbortSignal | undefined): void => {
    signal?.throwIfAborted();
    assertKey(key, name);
  };
  const sizeOf = (key: string): number => objects.get(key)?.info.size ?? 0;
  const drop = (key: string): void => {
    usedBytes -= sizeOf(key);
    objects.delete(key);
  };
  const put = (key: string, bytes: Uint8Array, contentType: string): WrittenObject => {
    drop(key);
    lastVersion += 1;
    const version = String(lastVersion);
    const written = { key, size: bytes.byteLength, contentType, version };
    usedBytes += bytes.byteLength;
    objects.set(key, { bytes, info: { ...written, modified: new Date() } });
    return written;
  };
  const assertSpace = (key: string, size: number): void => {
    if (usedBytes - sizeOf(key) + size > maxBytes) {
      throw new StorageError("ERR_STORAGE_FULL", {
        backend: name,
        key,
        message: `Cannot write ${key}: ${name} holds at most ${maxBytes} bytes. Remove objects or raise maxBytes.`,
      });
    }
  };
  /** All of `source`, when there is space for it. */
  const gather = async (key: string, source: Source, { signal }: WriteOptions): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of abortable(source, { signal })) {
      size += chunk.byteLength;
      assertSpace(key, size);
      // The source may fill the same buffer again.
      parts.push(new Uint8Array(chunk));
    }
    signal?.throwIfAborted();
    return Buffer.concat(parts, size);
  };
  /** Writes when `isMet` holds, both before the source is read and when the object is stored. */
  const writeIf = async (
    key: string,
    source: Source,
    writeOptions: WriteOptions,
    isMet: () => boolean,
  ): Promise<WrittenObject | undefined> => {
    begin(key, writeOptions.signal);
    if (!isMet()) {
      return undefined;
    }
    const bytes = await gather(key, source, writeOptions);
    if (!isMet()) {
      return undefined;
    }
    assertSpace(key, bytes.byteLength);
    return put(key, bytes, writeOptions.contentType);
  };

  return {
    name,
    async write(key, source, writeOptions) {
      begin(key, writeOptions.signal);
      const bytes = await gather(key, source, writeOptions);
      assertSpace(key, bytes.byteLength);
      return put(key, bytes, writeOptions.contentType);
    },
    async read(key, { range, signal } = {}) {
      begin(key, signal);
      const object = objects.get(key);
      if (object === undefined) {
        return undefined;
      }
      const { info, bytes } = object;
      const { start, length } = resolveRange(range, info, name);
      return { info, body: abortable(slices(bytes, start, start + length), { signal }) };
    },
    async stat(key, { signal } = {}) {
      begin(key, signal);
      return objects.get(key)?.info;
    },
    async move(from, to, { signal } = {}) {
      begin(from, signal);
      assertKey(to, name);
      const object = objects.get(from);
      if (object === undefined) {
        throw new StorageError("ERR_STORAGE_NOT_FOUND", {
          backend: name,
          key: from,
          message: `Cannot move ${from} to ${to} in ${name}: there is no such object. Write it first.`,
        });
      }
      drop(from);
      put(to, object.bytes, object.info.contentType);
    },
    async remove(key, { signal } = {}) {
      begin(key, signal);
      drop(key);
    },
    async *list(prefix, { signal } = {}) {
      signal?.throwIfAborted();
      for (const key of [...objects.keys()].filter((one) => one.startsWith(prefix)).toSorted()) {
        signal?.throwIfAborted();
        const info = objects.get(key)?.info;
        if (info !== undefined) {
          yield info;
        }
      }
    },
    create: async (key, source, writeOptions) =>
      await writeIf(key, source, writeOptions, () => !objects.has(key)),
    replace: async (key, version, source, writeOptions) =>
      await writeIf(key, source, writeOptions, () => objects.get(key)?.info.version === version),
    async removeVersion(key, version, { signal } = {}) {
      begin(key, signal);
      const hasVersion = objects.get(key)?.info.version === version;
      if (hasVersion) {
        drop(key);
      }
      return hasVersion;
    },
  };
}

async function* slices(
  bytes: Uint8Array,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = start; offset < end; offset += chunkSize) {
    // A copy, so that a reader that writes into a chunk does not change the object.
    yield new Uint8Array(bytes.subarray(offset, Math.min(offset + chunkSize, end)));
  }
}
