import { createHash, type Hash } from "node:crypto";
import type { Digest } from "@nixery/manifest";
import {
  abortable,
  type OperationOptions,
  stagingKey,
  type Storage,
  StorageError,
} from "@nixery/storage";
import type { BlobInfo } from "./blob.ts";
import { blobKey } from "./keys.ts";

export interface StoreBlobOptions extends OperationOptions {
  readonly mediaType: string;
}

/** In milliseconds; a backend that hangs must not block an aborted caller forever. */
const cleanupTimeout = 10_000;

/**
 * Stages the bytes of `source`, hashes and counts them in the same pass, and moves them to the key
 * of their digest. A blob that is already stored stays where it is.
 */
export async function storeBlob(
  storage: Storage,
  stat: (digest: Digest, options: OperationOptions) => Promise<BlobInfo | undefined>,
  source: AsyncIterable<Uint8Array>,
  { mediaType, signal }: StoreBlobOptions,
): Promise<BlobInfo> {
  const staging = stagingKey();
  signal?.throwIfAborted();
  try {
    const hash = createHash("sha256");
    const tally = { size: 0 };
    const written = await storage.write(
      staging,
      tallied(abortable(source, { signal }), hash, tally),
      { contentType: mediaType, signal },
    );
    const { size } = tally;
    if (written.size !== size) {
      throw new StorageError("ERR_STORAGE_CORRUPT", {
        backend: storage.name,
        key: staging,
        message: `${storage.name} stored ${written.size} of ${size} bytes of ${staging}. Try again.`,
      });
    }
    const digest: Digest = `sha256:${hash.digest("hex")}`;
    const present = await stat(digest, { signal });
    if (present?.size === size && present.mediaType === mediaType) {
      await storage.remove(staging, { signal });
      return present;
    }
    const key = blobKey(digest);
    await storage.move(staging, key, { signal });
    return { digest, size, mediaType, key };
  } catch (error) {
    // Without the caller's signal, since its abort may be the failure.
    await storage
      .remove(staging, { signal: AbortSignal.timeout(cleanupTimeout) })
      .catch(() => undefined);
    throw error;
  }
}

async function* tallied(
  source: AsyncIterable<Uint8Array>,
  hash: Hash,
  tally: { size: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    hash.update(chunk);
    tally.size += chunk.byteLength;
    yield chunk;
  }
}
