import { type FileHandle, open, rm } from "node:fs/promises";
import {
  type ObjectInfo,
  type Storage,
  StorageError,
  abortable,
  assertKey,
  keyPattern,
  resolveRange,
} from "@nixery/storage";
import { namesIn } from "./files.ts";
import type { Folders } from "./folders.ts";
import { toStorageError } from "./fs-error.ts";
import { createKeyedLock } from "./keyed-lock.ts";
import { type Layout, namespaces, temporaryPath } from "./layout.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { Owner } from "./owner.ts";
import { readChunks } from "./read-chunks.ts";
import type { Sweeper } from "./sweeper.ts";
import { writeChunks } from "./write-chunks.ts";

interface Parts {
  readonly layout: Layout;
  readonly folders: Folders;
  readonly files: ObjectFiles;
  readonly owner: Owner;
  readonly name: string;
  readonly sweeper: Sweeper;
}

/** The storage contract on the files of objects. */
export function createFsOperations(parts: Parts): Storage {
  const { layout, folders, files, owner, name, sweeper } = parts;
  const lock = createKeyedLock();

  const begin = (key: string, signal: AbortSignal | undefined): void => {
    signal?.throwIfAborted();
    assertKey(key, name);
  };
  /** Runs `task` and says in its errors what it was `doing`. */
  const attempt = async <T>(
    doing: string,
    key: string,
    signal: AbortSignal | undefined,
    task: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await task();
    } catch (error) {
      signal?.throwIfAborted();
      throw toStorageError(error, { backend: name, key, doing: `${doing} ${key}` });
    }
  };

  const stat = async (key: string): Promise<ObjectInfo | undefined> => {
    const object = await files.open(key);
    await object?.handle.close();
    return object && { key, size: object.size, contentType: object.contentType };
  };

  return {
    name,
    async write(key, source, { contentType, signal }) {
      begin(key, signal);
      const path = temporaryPath(layout, owner);
      const input = abortable(source, { signal });
      const store = async (handle: FileHandle): Promise<ObjectInfo> => {
        await writeChunks(handle, input);
        await handle.sync();
        await lock([key], async () => {
          signal?.throwIfAborted();
          await files.publish(key, path, handle, contentType);
        });
        const { size } = await handle.stat();
        return { key, size, contentType };
      };
      try {
        return await attempt("write", key, signal, async () => {
          await sweeper.tidy();
          const handle = await folders.withAll(async () => open(path, "wx"));
          return withFile(handle, path, store);
        });
      } catch (error) {
        // What came through the source is not an error of this storage.
        throw input.failure === undefined ? error : input.failure.error;
      } finally {
        await input.return();
      }
    },
    async read(key, { range, signal } = {}) {
      begin(key, signal);
      return attempt("read", key, signal, async () => {
        const object = await files.open(key);
        if (object === undefined) {
          return undefined;
        }
        const { handle, size, contentType } = object;
        try {
          signal?.throwIfAborted();
          const info = { key, size, contentType };
          const { start, length } = resolveRange(range, info, name);
          const explain = (error: unknown): unknown =>
            toStorageError(error, { backend: name, key, doing: `read ${key}` });
          const body = readChunks(handle, { start, length, explain });
          return { info, body: abortable(body, { signal, close: () => handle.close() }) };
        } catch (error) {
          await handle.close();
          throw error;
        }
      });
    },
    async stat(key, { signal } = {}) {
      begin(key, signal);
      const info = await attempt("look up", key, signal, async () => stat(key));
      signal?.throwIfAborted();
      return info;
    },
    async move(from, to, { signal } = {}) {
      begin(from, signal);
      assertKey(to, name);
      await attempt("move", from, signal, async () =>
        lock([from, to], async () => {
          signal?.throwIfAborted();
          if (!(await files.move(from, to))) {
            throw new StorageError("ERR_STORAGE_NOT_FOUND", {
              backend: name,
              key: from,
              message: `${name} has no ${from} to move to ${to}; write it first`,
            });
          }
        }),
      );
    },
    async remove(key, { signal } = {}) {
      begin(key, signal);
      await attempt("remove", key, signal, async () =>
        lock([key], async () => {
          signal?.throwIfAborted();
          await files.remove(key);
        }),
      );
    },
    async *list(prefix, { signal } = {}) {
      signal?.throwIfAborted();
      for (const namespace of namespaces) {
        const names = await attempt("list", namespace, signal, async () =>
          namesIn(layout.objects(namespace)),
        );
        const keys = names
          .map((id) => `${namespace}/${id}`)
          .filter((key) => key.startsWith(prefix) && keyPattern.test(key))
          .toSorted();
        for (const key of keys) {
          const info = await attempt("list", key, signal, async () => stat(key));
          signal?.throwIfAborted();
          if (info !== undefined) {
            yield info;
          }
        }
      }
    },
  };
}

/** Runs `task` on the file at `path`, of which nothing is left when that fails, and closes it. */
async function withFile<T>(
  handle: FileHandle,
  path: string,
  task: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  try {
    return await task(handle);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
