import { type Hash, createHash } from "node:crypto";
import { abortable } from "./abortable.ts";
import { layerKey, stagingKey } from "./key.ts";
import { StorageError } from "./storage-error.ts";
import type { OperationOptions, Storage } from "./storage.ts";

export interface StoreHashedOptions extends OperationOptions {
  /** Media type of the object. */
  readonly contentType: string;
}

/** A content-addressed object. */
export interface StoredObject {
  /** Digest of the stored bytes. */
  readonly digest: `sha256:${string}`;
  /** In bytes. */
  readonly size: number;
  /** `layers/` and the hex digits of the digest. */
  readonly key: string;
}

/** In milliseconds; a backend that hangs must not keep an aborted caller waiting for ever. */
const cleanupTimeout = 10_000;

/**
 * Stores the bytes of `source` under their own digest: stages them, hashes and counts them in the
 * same pass, and moves them to their place. An object that is already there stays. Whatever fails,
 * no staged object is left; an error of `source` is passed on as it is.
 */
export async function storeHashed(
  storage: Storage,
  source: AsyncIterable<Uint8Array>,
  options: StoreHashedOptions,
): Promise<StoredObject> {
  const { contentType, signal } = options;
  const staging = stagingKey();
  signal?.throwIfAborted();
  try {
    const hash = createHash("sha256");
    const tally = { size: 0 };
    const written = await storage.write(
      staging,
      hashed(abortable(source, { signal }), hash, tally),
      options,
    );
    if (written.size !== tally.size) {
      throw new StorageError("ERR_STORAGE_CORRUPT", {
        backend: storage.name,
        key: staging,
        message: `${storage.name} stored ${written.size} bytes of ${tally.size} under ${staging}; try again`,
      });
    }
    const hex = hash.digest("hex");
    const key = layerKey(hex);
    const present = await storage.stat(key, { signal });
    if (present?.size === tally.size && present.contentType === contentType) {
      await storage.remove(staging, { signal });
    } else {
      await storage.move(staging, key, { signal });
    }
    return { digest: `sha256:${hex}`, size: tally.size, key };
  } catch (error) {
    // The caller's signal may be what failed, so the staged object is removed without it.
    await storage
      .remove(staging, { signal: AbortSignal.timeout(cleanupTimeout) })
      .catch(() => undefined);
    throw error;
  }
}

async function* hashed(
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
