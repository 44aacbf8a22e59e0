import { link, rename, unlink } from "node:fs/promises";
import { errnoOf } from "@nixery/kit/errno-of";
import type { Directories } from "./directories.ts";
import { lastChange } from "./file-clock.ts";
import { inodeOf, openIfExists, syncDirectory, unlessMissing } from "./files.ts";
import type { KeyLocks } from "./key-locks.ts";
import { type Layout, isDurable, splitKey } from "./layout.ts";
import type { ObjectReader } from "./object-reader.ts";
import type { PreparedRecord, Records } from "./records.ts";

/** The version that an object must have for a change to happen; `undefined` means no object. */
export interface Precondition {
  readonly version: string | undefined;
}

export interface ChangeOptions {
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue the change happens in any case */
  readonly precondition?: Precondition | undefined;
}

export interface PublishOptions extends ChangeOptions {
  /** Of the file, which must be open meanwhile. */
  readonly inode: bigint;
  readonly record: PreparedRecord;
}

/** Changes of objects, each under the locks of its keys. */
export interface ObjectChanges {
  /** Whether the precondition of a change of `key` is met at this moment. */
  meets(key: string, precondition: Precondition | undefined): Promise<boolean>;
  /**
   * Makes the complete file at `path` the object of `key`, in one step. `false` when the precondition
   * is not met; the file and the record are where they were then.
   */
  publish(key: string, path: string, options: PublishOptions): Promise<boolean>;
  /** `false` when there is no such object. */
  move(from: string, to: string, options: ChangeOptions): Promise<boolean>;
  /** `false` when the precondition is not met. */
  remove(key: string, options: ChangeOptions): Promise<boolean>;
}

export interface ObjectChangesParts {
  readonly layout: Layout;
  readonly directories: Directories;
  readonly records: Records;
  readonly reader: ObjectReader;
  readonly lock: KeyLocks;
}

export function createObjectChanges(parts: ObjectChangesParts): ObjectChanges {
  const { layout, directories, records, reader, lock } = parts;

  const meets: ObjectChanges["meets"] = async (key, precondition) =>
    precondition === undefined || (await reader.stat(key))?.version === precondition.version;

  const syncNames = async (key: string): Promise<void> => {
    const { namespace } = splitKey(key);
    if (isDurable(namespace)) {
      await syncDirectory(layout.objects(namespace));
    }
  };

  const isFileOf = async (key: string, inode: bigint): Promise<boolean> => {
    const handle = await openIfExists(layout.object(key));
    try {
      return handle !== undefined && (await inodeOf(handle)) === inode;
    } finally {
      await handle?.close();
    }
  };

  /**
   * Puts a record, runs `change`, and removes the record unless the bytes are in place. They may be
   * although `change` failed, and without their record they would pass for a restored copy of the
   * old object.
   */
  const withRecord = async (
    key: string,
    { inode, record }: Pick<PublishOptions, "inode" | "record">,
    change: () => Promise<boolean>,
  ): Promise<boolean> => {
    let isDone = false;
    try {
      await records.put(key, inode, record);
      isDone = await change();
      return isDone;
    } finally {
      if (!isDone) {
        await records.discard(record);
        if (!(await isFileOf(key, inode))) {
          await records.drop(key, inode);
        }
      }
    }
  };

  /** Renames over the old file, whose record is dropped afterwards: readers may still need it. */
  const replace = async (key: string, path: string): Promise<true> => {
    const old = await openIfExists(layout.object(key));
    try {
      const { namespace } = splitKey(key);
      await directories.with([namespace], async () => rename(path, layout.object(key)));
      await syncNames(key);
      if (old !== undefined) {
        await records.drop(key, await inodeOf(old));
      }
      return true;
    } finally {
      await old?.close();
    }
  };

  /** Links where there is no file, so that even a lock that was lost replaces nothing. */
  const create = async (key: string, path: string): Promise<boolean> => {
    try {
      const { namespace } = splitKey(key);
      await directories.with([namespace], async () => link(path, layout.object(key)));
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") {
        throw error;
      }
      if ((await reader.stat(key)) !== undefined) {
        return false;
      }
      // Bytes without a record, or a dangling link.
      return await replace(key, path);
    }
    await unlessMissing(unlink(path));
    await syncNames(key);
    return true;
  };

  return {
    meets,
    publish: async (key, path, { inode, record, signal, precondition }) =>
      await lock([key], signal, async (assertHeld) => {
        if (!(await meets(key, precondition))) {
          return false;
        }
        const mustCreate = precondition !== undefined && precondition.version === undefined;
        return await withRecord(key, { inode, record }, async () => {
          await assertHeld();
          return mustCreate ? await create(key, path) : await replace(key, path);
        });
      }),
    move: async (from, to, { signal }) =>
      await lock([from, to], signal, async (assertHeld) => {
        const object = await reader.open(from);
        if (object === undefined) {
          return false;
        }
        const { handle, inode, info } = object;
        try {
          if (from !== to) {
            const record = await records.prepare(to, info.contentType);
            await withRecord(to, { inode, record }, async () => {
              await assertHeld();
              return await replace(to, layout.object(from));
            });
            await syncNames(from);
            await records.drop(from, inode);
          }
          return true;
        } finally {
          await handle.close();
        }
      }),
    async remove(key, { signal, precondition }) {
      // Without a lock, which a read-only disk would refuse.
      if ((await lastChange(layout.object(key))) === undefined) {
        return precondition === undefined;
      }
      return await lock([key], signal, async (assertHeld) => {
        const handle = await openIfExists(layout.object(key));
        try {
          if (!(await meets(key, precondition))) {
            return false;
          }
          await assertHeld();
          if (handle !== undefined) {
            await unlessMissing(unlink(layout.object(key)));
            await syncNames(key);
            await records.drop(key, await inodeOf(handle));
          }
          return true;
        } finally {
          await handle?.close();
        }
      });
    },
  };
}
