import type { IdPart } from "./cache-id.ts";

/** How layers are compressed. */
export interface Compression {
  /** Of zlib, 1 to 9. */
  readonly level: number;
}

/**
 * Bytes of tar in one block. Smaller ones cost compression, larger ones memory and a tail at the
 * end of each layer where fewer threads work.
 */
export const blockSize: number = 512 * 1024;

/**
 * What can change the bytes of a layer. The release of zlib is left out on purpose: what it changes
 * is still a right compression of the same tar, and every client would have to fetch all layers
 * again with each update of Node.
 */
export function compressionId({ level }: Compression): IdPart {
  return ["gzip", level, blockSize];
}
