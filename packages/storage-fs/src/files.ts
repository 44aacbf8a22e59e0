import { type FileHandle, open, readdir } from "node:fs/promises";
import { errnoOf } from "@nixery/kit/errno-of";

/** Makes names that were added to or removed from a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `undefined` when there is no such file. */
export async function openIfExists(path: string): Promise<FileHandle | undefined> {
  return await unlessMissing(open(path, "r"));
}

/** The names in a directory; none when there is no such directory. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  return (await unlessMissing(readdir(directory))) ?? [];
}

/** Dangling links count as missing, and so does a directory in place of a file, or the reverse. */
const missing: ReadonlySet<string | undefined> = new Set(["ENOENT", "ELOOP", "EISDIR", "ENOTDIR"]);

/** The result of `operation`, or `undefined` when it fails because the file is missing. */
export async function unlessMissing<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (missing.has(errnoOf(error))) {
      return undefined;
    }
    throw error;
  }
}

/** The number of the file that `handle` has open; no other file gets it while it is open. */
export async function inodeOf(handle: FileHandle): Promise<bigint> {
  const { ino } = await handle.stat({ bigint: true });
  return ino;
}
