import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf } from "@nixery/kit/errno-of";

/**
 * Makes a directory and its parents, unless they exist. The recursive `mkdir` of Node never returns
 * where the system denies that the parent exists, as below `/proc`.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(path) === path) {
      throw error;
    }
    await makeDirectory(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || !(await isDirectory(path))) {
      throw error;
    }
  }
}

/** Links to directories count. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
