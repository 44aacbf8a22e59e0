import { join } from "node:path";
import { namesIn } from "./files.ts";
import type { Layout } from "./layout.ts";

export interface RecordFile {
  readonly path: string;
  /** Of the object that it belongs to. */
  readonly id: string;
  /** Of the file of bytes that it belongs to. */
  readonly inode: string;
}

/** The directory where the records of a namespace are written, then the one of 0.1.0. */
export function recordDirectories(
  layout: Layout,
  namespace: string,
): readonly [string, ...string[]] {
  const old = layout.of01.records(namespace);
  return old === undefined ? [layout.records(namespace)] : [layout.records(namespace), old];
}

/** The files of all records of a namespace. */
export async function recordFiles(
  layout: Layout,
  namespace: string,
): Promise<readonly RecordFile[]> {
  const files: RecordFile[] = [];
  for (const directory of recordDirectories(layout, namespace)) {
    for (const name of await namesIn(directory)) {
      const [, id, inode] = /^([a-z0-9-]+)@(\d+)$/.exec(name) ?? [];
      if (id !== undefined && inode !== undefined) {
        files.push({ path: join(directory, name), id, inode });
      }
    }
  }
  return files;
}
