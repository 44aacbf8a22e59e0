import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";

/** Files that have to be left: a child needs 7, and other threads may open some at this moment. */
const spareFiles = 16;

/**
 * Throws EMFILE or ENFILE when too few files are left to start a process. Node says so too, but
 * never closes what it has opened by then (as of Node 24), so that each attempt would make it worse.
 */
export function assertRoom(): void {
  const files: number[] = [];
  try {
    for (let count = 0; count < spareFiles; count += 1) {
      files.push(openSync(devNull, "r"));
    }
  } finally {
    for (const file of files) {
      closeSync(file);
    }
  }
}
