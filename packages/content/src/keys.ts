import type { Digest } from "@nixery/manifest";

/**
 * The keys of content in a storage. The meaning of a namespace never changes; `layers/`, `builds/` and
 * `manifests/` are those of 0.1.0 (see `places-of-0-1.ts`).
 *
 * | key                 | holds                                                              |
 * | ------------------- | ------------------------------------------------------------------ |
 * | `blobs/sha256-<hex>`| everything that has a digest: layers, configs, manifests           |
 * | `layer-cache/<id>`  | which blob a set of store paths was packed into                    |
 * | `image-cache/<id>`  | the result of building an image                                    |
 * | `staging/<uuid>`    | bytes whose digest is not known yet; a crash may leave some        |
 */
export function blobKey(digest: Digest): string {
  return `blobs/${digest.replace(":", "-")}`;
}

/** The subject of a cache entry. */
export type EntryKind = "layer" | "image";

/** @param id - lowercase hexadecimal digits */
export function entryKey(kind: EntryKind, id: string): string {
  return `${kind}-cache/${id}`;
}
