import { type FileHandle, open, readdir } from "node:fs/promises";

/** Makes names that came or went in `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `undefined` when there is no such file. */
export async function openIfExists(path: string): Promise<FileHandle | undefined> {
  return unlessMissing(open(path, "r"));
}

/** The names in a folder; none where there is no folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await unlessMissing(readdir(folder))) ?? [];
}

/** A link that leads nowhere is no file, and neither is a folder. */
const missing: ReadonlySet<string | undefined> = new Set(["ENOENT", "ELOOP", "EISDIR"]);

/** What `operation` gives, or `undefined` when it fails for want of the file. */
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

/** The name of a system error, such as `ENOSPC`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** The number of the file that `handle` has open; no other file gets it while it is open. */
export async function inodeOf(handle: FileHandle): Promise<bigint> {
  const { ino } = await handle.stat({ bigint: true });
  return ino;
}
