import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type LayoutOf01, findLayoutOf01 } from "./layout-of-0-1.ts";
import type { Owner } from "./owner.ts";

/**
 * Where things are below the directory of a storage. Names of the backend's own directories begin
 * with a dot, which no key can.
 *
 * - `<namespace>/<id>`: the bytes of the object of that key and nothing else.
 * - `.records/<namespace>/<id>@<inode>`: its content type and version. See `records.ts`.
 * - `.temporary/<owner>.<uuid>`: a write that is not complete.
 * - `.locks/<namespace>@<id>`: a change of that key in progress. See `file-locks.ts`.
 */
export interface Layout {
  /** Absolute. */
  readonly directory: string;
  readonly temporary: string;
  readonly locks: string;
  /** The directory of the records of all namespaces. */
  readonly allRecords: string;
  object(key: string): string;
  /** The directory of all objects of a namespace. */
  objects(namespace: string): string;
  /** The directory of the records of a namespace. */
  records(namespace: string): string;
  readonly of01: LayoutOf01;
}

export async function openLayout(directory: string): Promise<Layout> {
  const allRecords = join(directory, ".records");
  return {
    directory,
    temporary: join(directory, ".temporary"),
    locks: join(directory, ".locks"),
    allRecords,
    object: (key) => join(directory, key),
    objects: (namespace) => join(directory, namespace),
    records: (namespace) => join(allRecords, namespace),
    of01: await findLayoutOf01(directory),
  };
}

/** A new path for a write of `owner`. */
export function temporaryPath(layout: Layout, owner: Owner): string {
  return join(layout.temporary, `${owner}.${randomUUID()}`);
}

/** The process that made the temporary file of that name. */
export function ownerOfTemporary(fileName: string): Owner {
  return fileName.slice(0, fileName.lastIndexOf("."));
}

/** The two halves of a key. */
export function splitKey(key: string): { readonly namespace: string; readonly id: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), id: key.slice(slash + 1) };
}

/** The namespace of bytes whose digest is not known yet; a crash may leave some. */
export const staging = "staging";

/** Staged objects need not survive a power cut: the next start removes them anyway. */
export function isDurable(namespace: string): boolean {
  return namespace !== staging;
}
