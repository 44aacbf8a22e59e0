import { resolve } from "node:path";
import type { OperationOptions, Storage } from "@nixery/storage";
import { createContentTypes } from "./content-types.ts";
import { toStorageError } from "./fs-error.ts";
import { createFsOperations } from "./fs-operations.ts";
import { createLayout, namespaces } from "./layout.ts";
import { makeFolder } from "./make-folder.ts";
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
 */
export async function createFsStorage(options: FsStorageOptions): Promise<Storage> {
  const { signal } = options;
  const layout = createLayout(resolve(options.directory));
  const name = options.name ?? `fs:${layout.directory}`;
  signal?.throwIfAborted();
  try {
    const folders = namespaces.flatMap((one) => [layout.objects(one), layout.types(one)]);
    for (const folder of [...folders, layout.temporary]) {
      await makeFolder(folder);
    }
    const owner = await currentOwner();
    const sweeper = await startSweeper(layout);
    signal?.throwIfAborted();
    const files = createObjectFiles({ layout, types: createContentTypes(layout), owner });
    return createFsOperations({ layout, files, owner, name, sweeper });
  } catch (error) {
    signal?.throwIfAborted();
    throw toStorageError(error, { backend: name, doing: "open its directory" });
  }
}
