import { type Digest, digestHex } from "@nixery/manifest";
import type { EntryKind } from "./keys.ts";

// Where 0.1.0 kept things. They are read for one minor version, so that servers of both versions can
// share a storage while they are exchanged, and never written.

/** Blobs of any kind. */
export function blobKeyOf01(digest: Digest): string {
  return `layers/${digestHex(digest)}`;
}

const namespaces: Readonly<Record<EntryKind, string>> = { layer: "builds", image: "manifests" };

export function entryKeyOf01(kind: EntryKind, id: string): string {
  return `${namespaces[kind]}/${id}`;
}
