import { type FileHandle, open, rm } from "node:fs/promises";
import { type WriteOptions, type WrittenObject, abortable } from "@nixery/storage";
import type { Attempt } from "./attempt.ts";
import type { Directories } from "./directories.ts";
import { type Layout, temporaryPath } from "./layout.ts";
import type { ObjectChanges, Precondition } from "./object-changes.ts";
import type { Owner } from "./owner.ts";
import type { PreparedRecord, Records } from "./records.ts";
import type { Sweeper } from "./sweeper.ts";
import { writeChunks } from "./write-chunks.ts";

/** Writes an object beside its place and puts it there. */
export interface WriteObject {
  (key: string, source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<WrittenObject>;
  /** `undefined` when the precondition is not met. */
  (
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions,
    precondition: Precondition,
  ): Promise<WrittenObject | undefined>;
}

export interface WriteObjectParts {
  readonly layout: Layout;
  readonly directories: Directories;
  readonly records: Records;
  readonly changes: ObjectChanges;
  readonly owner: Owner;
  readonly sweeper: Sweeper;
  readonly attempt: Attempt;
}

export function createWriteObject(parts: WriteObjectParts): WriteObject {
  const { layout, directories, records, changes, owner, sweeper, attempt } = parts;

  /** Both take the disk a while, so they happen at the same time. */
  const syncWithRecord = async (
    handle: FileHandle,
    key: string,
    contentType: string,
  ): Promise<PreparedRecord> => {
    const [synced, prepared] = await Promise.allSettled([
      handle.sync(),
      records.prepare(key, contentType),
    ]);
    if (prepared.status === "rejected") {
      throw prepared.reason;
    }
    if (synced.status === "rejected") {
      await records.discard(prepared.value);
      throw synced.reason;
    }
    return prepared.value;
  };

  async function writeObject(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions,
  ): Promise<WrittenObject>;
  async function writeObject(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions,
    precondition: Precondition,
  ): Promise<WrittenObject | undefined>;
  async function writeObject(
    key: string,
    source: AsyncIterable<Uint8Array>,
    { contentType, signal }: WriteOptions,
    precondition?: Precondition,
  ): Promise<WrittenObject | undefined> {
    const path = temporaryPath(layout, owner);
    const input = abortable(source, { signal });

    const store = async (handle: FileHandle): Promise<WrittenObject | undefined> => {
      await writeChunks(handle, input);
      const record = await syncWithRecord(handle, key, contentType);
      let isPublished = false;
      try {
        const { size, ino: inode } = await handle.stat({ bigint: true });
        const options = { inode, record, signal, precondition };
        isPublished = await changes.publish(key, path, options);
        const { version } = record;
        return isPublished ? { key, size: Number(size), contentType, version } : undefined;
      } finally {
        if (!isPublished) {
          await records.discard(record);
        }
      }
    };
    try {
      return await attempt({ operation: `write ${key}`, key, signal }, async () => {
        // Saves the bytes; versions never come back.
        if (!(await changes.meets(key, precondition))) {
          return undefined;
        }
        await sweeper.tidy();
        const handle = await directories.with([], async () => await open(path, "wx"));
        return await withFile(handle, path, store);
      });
    } catch (error) {
      // An error that came through the source is not an error of this storage.
      throw input.failure === undefined ? error : input.failure.error;
    } finally {
      await input.return();
    }
  }
  return writeObject;
}

/** Runs `task` on the file at `path`, removes the file unless that has a result, and closes it. */
async function withFile<T>(
  handle: FileHandle,
  path: string,
  task: (handle: FileHandle) => Promise<T | undefined>,
): Promise<T | undefined> {
  let result: T | undefined;
  try {
    result = await task(handle);
    return result;
  } finally {
    if (result === undefined) {
      await rm(path, { force: true });
    }
    await handle.close();
  }
}
