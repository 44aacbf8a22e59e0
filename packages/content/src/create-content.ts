import type { Storage } from "@nixery/storage";
import { type Blobs, createBlobs } from "./blobs.ts";
import { createDocuments, type Documents } from "./documents.ts";
import { createEntries, type Entries } from "./entries.ts";

export interface ContentOptions {
  /**
   * Bytes of documents to keep in memory; 0 keeps none.
   * @defaultValue 0
   */
  readonly maxCachedBytes?: number | undefined;
}

/** OCI content in a storage: blobs by digest, documents, and cache entries. */
export interface Content extends Blobs, Documents, Entries {
  /** Name of the storage, for logs and errors. */
  readonly name: string;
}

/** The only code that makes the keys of content. */
export function createContent(storage: Storage, options: ContentOptions = {}): Content {
  const { maxCachedBytes = 0 } = options;
  const blobs = createBlobs(storage);
  return {
    name: storage.name,
    ...blobs,
    ...createDocuments(storage, blobs, { maxCachedBytes }),
    ...createEntries(storage),
  };
}
