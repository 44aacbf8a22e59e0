import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf } from "@nixery/kit/errno-of";
import { StorageError } from "@nixery/storage";
import { syncDirectory, unlessMissing } from "./files.ts";
import type { Layout } from "./layout.ts";
import { isDirectory, makeDirectory } from "./make-directory.ts";

/** The directories of a storage, which may be deleted while it is open. */
export interface Directories {
  /**
   * Runs `task`. When it fails because a directory is missing, makes the storage's own directories
   * and those of `namespaces`, and runs it once more.
   */
  with<T>(namespaces: readonly string[], task: () => Promise<T>): Promise<T>;
}

/**
 * Makes the storage's own directories that are missing. They are made again later only on the file
 * system that they were on: another one means that their volume has been unmounted.
 */
export async function openDirectories(layout: Layout, name: string): Promise<Directories> {
  try {
    await makeOwn(layout);
  } catch (error) {
    // A directory on a read-only disk can still be read.
    if (errnoOf(error) !== "EROFS" || !(await isDirectory(layout.directory))) {
      throw error;
    }
  }
  const home = await deviceOf(layout.directory);

  return {
    async with(namespaces, task) {
      try {
        return await task();
      } catch (error) {
        if (errnoOf(error) !== "ENOENT") {
          throw error;
        }
      }
      if ((await deviceOf(layout.directory)) !== home) {
        throw new StorageError("ERR_STORAGE_UNAVAILABLE", {
          backend: name,
          message: `The file system of ${name} was unmounted. Mount it again.`,
        });
      }
      await makeOwn(layout);
      await makeNamespaces(layout, namespaces);
      return await task();
    },
  };
}

async function makeOwn(layout: Layout): Promise<void> {
  await makeDirectory(layout.allRecords);
  await makeDirectory(layout.temporary);
  await makeDirectory(layout.locks);
}

async function makeNamespaces(layout: Layout, namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) {
    await makeDirectory(layout.objects(namespace));
    await makeDirectory(layout.records(namespace));
  }
  if (namespaces.length > 0) {
    await syncDirectory(layout.directory);
    await syncDirectory(layout.allRecords);
  }
}

/** The file system that `path` is on, or would be. */
async function deviceOf(path: string): Promise<number> {
  const directory = await unlessMissing(stat(path));
  return directory === undefined ? await deviceOf(dirname(path)) : directory.dev;
}
