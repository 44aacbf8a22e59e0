import type { Digest } from "@nixery/manifest";

/**
 * Where content lies in a storage. A namespace keeps its meaning for ever; `layers/`, `builds/` and
 * `manifests/` were those of 0.1.0 (see `places-of-0-1.ts`).
 *
 * | key                 | holds                                                              |
 * | ------------------- | ------------------------------------------------------------------ |
 * | `blobs/sha256-<hex>`| everything that has a digest: layers, configs, manifests           |
 * | `layer-cache/<id>`  | which blob a set of store paths was packed into                    |
 * | `image-cache/<id>`  | what an image was built to                                         |
 * | `staging/<uuid>`    | bytes whose digest is not known yet; a crash may leave some        |
 */
export function blobKey(digest: Digest): string {
  return `blobs/${digest.replace(":", "-")}`;
}

/** What a cache entry is about. */
export type EntryKind = "layer" | "image";

/** @param id - lowercase hexadecimal digits */
export function entryKey(kind: EntryKind, id: string): string {
  return `${kind}-cache/${id}`;
}
