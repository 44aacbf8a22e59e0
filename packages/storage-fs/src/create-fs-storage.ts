import { resolve } from "node:path";
import type { OperationOptions, Storage } from "@nixery/storage";
import { openDirectories } from "./directories.ts";
import { createFileLocks } from "./file-locks.ts";
import { toStorageError } from "./fs-error.ts";
import { createFsOperations } from "./fs-operations.ts";
import { createKeyLocks } from "./key-locks.ts";
import { openLayout } from "./layout.ts";
import { createObjectChanges } from "./object-changes.ts";
import { createObjectReader } from "./object-reader.ts";
import { currentOwner } from "./owner.ts";
import { createRecords } from "./records.ts";
import { startSweeper } from "./sweeper.ts";

export interface FsStorageOptions extends OperationOptions {
  /** Made when missing. Relative to the working directory at the time of the call. */
  readonly directory: string;
  /**
   * For logs and errors.
   * @defaultValue `fs:` and the absolute directory
   */
  readonly name?: string | undefined;
}

/**
 * Opens a storage in a directory: one file per object, written beside its place and renamed, synced
 * to the disk before a write resolves. Several processes may use one directory at a time; it needs a
 * file system with hard and symbolic links. Opening makes the directory and removes what crashed
 * processes left there; it rejects with `ERR_STORAGE_DENIED`, `ERR_STORAGE_FULL` or
 * `ERR_STORAGE_UNAVAILABLE` when that fails.
 *
 * The directory, or a directory in it, may be deleted while it is open: its objects are then missing,
 * and the next write makes it again. But only on the file system that the directory was on when it
 * was opened; writes reject with `ERR_STORAGE_UNAVAILABLE` otherwise. A volume that was unmounted
 * leaves an empty directory, and its objects must not end up on the disk below.
 */
export async function createFsStorage(options: FsStorageOptions): Promise<Storage> {
  const { signal } = options;
  const directory = resolve(options.directory);
  const name = options.name ?? `fs:${directory}`;
  signal?.throwIfAborted();
  try {
    const layout = await openLayout(directory);
    const directories = await openDirectories(layout, name);
    const owner = await currentOwner();
    const locks = createFileLocks({ layout, directories, owner, backend: name });
    const sweeper = await startSweeper({ layout, locks, owner });
    signal?.throwIfAborted();
    const records = createRecords(layout, directories, owner);
    const reader = createObjectReader(layout, records);
    const lock = createKeyLocks(locks);
    const changes = createObjectChanges({ layout, directories, records, reader, lock });
    return createFsOperations({
      ...{ layout, directories, records, reader, changes },
      ...{ owner, name, sweeper },
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw toStorageError(error, { backend: name, operation: "open the directory" });
  }
}
