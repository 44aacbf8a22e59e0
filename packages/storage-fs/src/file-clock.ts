import { lstat, open, rm } from "node:fs/promises";
import { unlessMissing } from "./files.ts";
import { type Layout, temporaryPath } from "./layout.ts";
import type { Owner } from "./owner.ts";

/**
 * The time of the file system's clock, in milliseconds. That is another machine's clock
 * where the directory is shared; by this machine's clock, its new files could seem old.
 */
export async function fileSystemTime(layout: Layout, owner: Owner): Promise<number> {
  const path = temporaryPath(layout, owner);
  const handle = await open(path, "wx");
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
    await rm(path, { force: true });
  }
}

/** When the file or link at `path` last changed; `undefined` when it is missing. */
export async function lastChange(path: string): Promise<number | undefined> {
  return (await unlessMissing(lstat(path)))?.mtimeMs;
}
