import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Owner } from "./owner.ts";

/** The folders of the key grammar, in the order of a listing. */
export const namespaces: readonly string[] = ["builds", "layers", "manifests", "staging"];

/**
 * Where things are below the directory of a storage:
 *
 * - `layers/<id>`, `builds/<id>`, ...: the bytes of the object of that key and nothing else.
 * - `types/layers/<id>@<inode>`, ...: its content type. See `content-types.ts`.
 * - `temporary/<owner>.<uuid>`: a write that is not complete.
 */
export interface Layout {
  /** Absolute. */
  readonly directory: string;
  readonly temporary: string;
  object(key: string): string;
  /** The folder of all objects of a namespace. */
  objects(namespace: string): string;
  /** The folder of the content types of a namespace. */
  types(namespace: string): string;
}

export function createLayout(directory: string): Layout {
  return {
    directory,
    temporary: join(directory, "temporary"),
    object: (key) => join(directory, key),
    objects: (namespace) => join(directory, namespace),
    types: (namespace) => join(directory, "types", namespace),
  };
}

/** A fresh place for a write of `owner`. */
export function temporaryPath(layout: Layout, owner: Owner): string {
  return join(layout.temporary, `${owner}.${randomUUID()}`);
}

/** Who made the file of that name. */
export function ownerOfTemporary(fileName: string): Owner {
  return fileName.slice(0, fileName.lastIndexOf("."));
}

/** The two halves of a key. */
export function splitKey(key: string): { readonly namespace: string; readonly id: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), id: key.slice(slash + 1) };
}

/** A staged object is worth nothing after a power cut: the next start removes it anyway. */
export function isDurable(namespace: string): boolean {
  return namespace !== "staging";
}
