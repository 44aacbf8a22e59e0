import { type Storage, StorageError, abortable, assertKey, resolveRange } from "@nixery/storage";
import { createAttempt } from "./attempt.ts";
import type { Directories } from "./directories.ts";
import { toStorageError } from "./fs-error.ts";
import type { Layout } from "./layout.ts";
import { listObjects } from "./list-objects.ts";
import type { ObjectChanges } from "./object-changes.ts";
import type { ObjectReader } from "./object-reader.ts";
import type { Owner } from "./owner.ts";
import { readChunks } from "./read-chunks.ts";
import type { Records } from "./records.ts";
import type { Sweeper } from "./sweeper.ts";
import { createWriteObject } from "./write-object.ts";

export interface FsOperationsParts {
  readonly layout: Layout;
  readonly directories: Directories;
  readonly records: Records;
  readonly reader: ObjectReader;
  readonly changes: ObjectChanges;
  readonly owner: Owner;
  readonly name: string;
  readonly sweeper: Sweeper;
}

/** The storage contract on the files of objects. */
export function createFsOperations(parts: FsOperationsParts): Storage {
  const { layout, reader, changes, name } = parts;
  const attempt = createAttempt(name);
  const writeObject = createWriteObject({ ...parts, attempt });

  const begin = (key: string, signal: AbortSignal | undefined): void => {
    signal?.throwIfAborted();
    assertKey(key, name);
  };

  return {
    name,
    async write(key, source, options) {
      begin(key, options.signal);
      return await writeObject(key, source, options);
    },
    async create(key, source, options) {
      begin(key, options.signal);
      return await writeObject(key, source, options, { version: undefined });
    },
    async replace(key, version, source, options) {
      begin(key, options.signal);
      return await writeObject(key, source, options, { version });
    },
    async read(key, { range, signal } = {}) {
      begin(key, signal);
      const operation = `read ${key}`;
      return await attempt({ operation, key, signal }, async () => {
        const object = await reader.open(key);
        if (object === undefined) {
          return undefined;
        }
        const { handle, info } = object;
        try {
          signal?.throwIfAborted();
          const { start, length } = resolveRange(range, info, name);
          const explain = (error: unknown): unknown =>
            toStorageError(error, { backend: name, key, operation });
          const body = readChunks(handle, { start, length, explain });
          return {
            info,
            body: abortable(body, { signal, close: async () => await handle.close() }),
          };
        } catch (error) {
          await handle.close();
          throw error;
        }
      });
    },
    async stat(key, { signal } = {}) {
      begin(key, signal);
      const call = { operation: `look up ${key}`, key, signal };
      const info = await attempt(call, async () => reader.stat(key));
      signal?.throwIfAborted();
      return info;
    },
    async move(from, to, { signal } = {}) {
      begin(from, signal);
      assertKey(to, name);
      await attempt({ operation: `move ${from}`, key: from, signal }, async () => {
        if (!(await changes.move(from, to, { signal }))) {
          throw new StorageError("ERR_STORAGE_NOT_FOUND", {
            backend: name,
            key: from,
            message: `Cannot move ${from} to ${to} in ${name}: not found. Write it first.`,
          });
        }
      });
    },
    async remove(key, { signal } = {}) {
      begin(key, signal);
      const call = { operation: `remove ${key}`, key, signal };
      await attempt(call, async () => changes.remove(key, { signal }));
    },
    async removeVersion(key, version, { signal } = {}) {
      begin(key, signal);
      const call = { operation: `remove ${key}`, key, signal };
      return await attempt(call, async () =>
        changes.remove(key, { signal, precondition: { version } }),
      );
    },
    list(prefix, { signal } = {}) {
      return listObjects({ layout, reader, attempt }, prefix, signal);
    },
  };
}
