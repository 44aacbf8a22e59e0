import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StorageError } from "@nixery/storage";
import { errnoOf, unlessMissing } from "./files.ts";
import { type Layout, namespaces } from "./layout.ts";
import { makeFolder } from "./make-folder.ts";

/** The folders of a storage, which somebody may delete while it is open. */
export interface Folders {
  /** Runs `task`, and once more with all folders made again when it fails for want of one. */
  withAll<T>(task: () => Promise<T>): Promise<T>;
}

/**
 * Makes the folders of a storage that are missing. They are made again later only on the file system
 * that they were on: where another one is, their volume has been unmounted.
 */
export async function openFolders(layout: Layout, name: string): Promise<Folders> {
  await makeAll(layout);
  const home = await deviceOf(layout.directory);

  return {
    async withAll(task) {
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
          message: `${name} was on a file system that is not there any more; mount it again`,
        });
      }
      await makeAll(layout);
      return task();
    },
  };
}

async function makeAll(layout: Layout): Promise<void> {
  for (const namespace of namespaces) {
    await makeFolder(layout.objects(namespace));
    await makeFolder(layout.types(namespace));
  }
  await makeFolder(layout.temporary);
}

/** The file system that `path` is on, or would be. */
async function deviceOf(path: string): Promise<number> {
  const folder = await unlessMissing(stat(path));
  return folder === undefined ? deviceOf(dirname(path)) : folder.dev;
}
