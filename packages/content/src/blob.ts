import type { Digest } from "@nixery/manifest";

/** Identifies a blob, and is enough to check that it is whole. */
export interface Blob {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
}

/** A blob that is stored. */
export interface BlobInfo extends Blob {
  readonly mediaType: string;
  /** Where the storage has it. */
  readonly key: string;
}
