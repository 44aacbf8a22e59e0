import { resolve } from "node:path";
import type { OperationOptions, Storage } from "@nixery/storage";
import { createContentTypes } from "./content-types.ts";
import { toStorageError } from "./fs-error.ts";
import { createFsOperations } from "./fs-operations.ts";
import { openFolders } from "./folders.ts";
import { createLayout } from "./layout.ts";
import { createObjectFiles } from "./object-files.ts";
import { currentOwner } from "./owner.ts";
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
 * Opens a storage in a directory: one file an object, written beside and renamed, synced to the
 * disk before a write resolves. Several processes may use one directory at a time. Opening makes
 * the directory and removes what crashed processes left there; it rejects with
 * `ERR_STORAGE_DENIED`, `ERR_STORAGE_FULL` or `ERR_STORAGE_UNAVAILABLE` when that fails.
 *
 * The directory, or a folder in it, may be deleted while it is open: its objects are then missing,
 * and the next write makes it again. But only on the file system that the directory was on when it
 * was opened; writes reject with `ERR_STORAGE_UNAVAILABLE` otherwise. A volume that was unmounted
 * leaves an empty folder, and its objects must not end up on the disk below.
 */
export async function createFsStorage(options: FsStorageOptions): Promise<Storage> {
  const { signal } = options;
  const layout = createLayout(resolve(options.directory));
  const name = options.name ?? `fs:${layout.directory}`;
  signal?.throwIfAborted();
  try {
    const folders = await openFolders(layout, name);
    const owner = await currentOwner();
    const sweeper = await startSweeper(layout, owner);
    signal?.throwIfAborted();
    const types = createContentTypes(layout, folders);
    const files = createObjectFiles({ layout, folders, types, owner });
    return createFsOperations({ layout, folders, files, owner, name, sweeper });
  } catch (error) {
    signal?.throwIfAborted();
    throw toStorageError(error, { backend: name, doing: "open its directory" });
  }
}
