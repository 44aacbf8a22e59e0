import type { Digest } from "@nixery/manifest";
import type {
  ByteRange,
  ObjectInfo,
  OperationOptions,
  ReadOptions,
  Redirect,
  Storage,
} from "@nixery/storage";
import { LRUCache } from "lru-cache";
import type { Blob, BlobInfo } from "./blob.ts";
import { blobKey } from "./keys.ts";
import { blobKeyOf01 } from "./places-of-0-1.ts";
import { storeBlob, type StoreBlobOptions } from "./store-blob.ts";

/** An open blob. `body` must be read to its end or returned (`for await` does either). */
export interface OpenBlob {
  /** Of the whole blob, even when a range of it was read. */
  readonly info: BlobInfo;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface OpenBlobOptions extends OperationOptions {
  /** @defaultValue the whole blob */
  readonly range?: ByteRange | undefined;
}

/** Content by its digest. Methods reject with a `StorageError`, or with `signal.reason`. */
export interface Blobs {
  /** Whether all of the blob is stored. */
  has(blob: Blob, options?: OperationOptions): Promise<boolean>;
  /** `undefined` when there is no such blob. */
  stat(digest: Digest, options?: OperationOptions): Promise<BlobInfo | undefined>;
  /** `undefined` when there is no such blob. */
  open(digest: Digest, options?: OpenBlobOptions): Promise<OpenBlob | undefined>;
  /**
   * Stores bytes under their own digest. Whatever fails, nothing of them stays visible. An error of
   * `source` is passed on as it is.
   */
  store(source: AsyncIterable<Uint8Array>, options: StoreBlobOptions): Promise<BlobInfo>;
  /**
   * Where a client may fetch a blob itself, for a result of `stat`; `undefined` when it has to be
   * streamed. Present when the storage has `redirect`.
   */
  redirect?(blob: BlobInfo, options?: OperationOptions): Promise<Redirect | undefined>;
}

/** Blobs of 0.1.0 whose place is remembered. */
const maxRemembered = 10_000;

export function createBlobs(storage: Storage): Blobs {
  /** Blobs that were last found at the place of 0.1.0; one request finds them again. */
  const old = new LRUCache<Digest, true>({ max: maxRemembered });

  const find = async <Found>(
    digest: Digest,
    look: (key: string) => Promise<Found | undefined>,
  ): Promise<Found | undefined> => {
    const places = [
      { key: blobKey(digest), isOld: false },
      { key: blobKeyOf01(digest), isOld: true },
    ];
    for (const { key, isOld } of old.has(digest) ? places.toReversed() : places) {
      const found = await look(key);
      if (found === undefined) {
        continue;
      }
      if (isOld) {
        old.set(digest, true);
      } else {
        old.delete(digest);
      }
      return found;
    }
    return undefined;
  };

  const stat: Blobs["stat"] = async (digest, options) => {
    const found = await find(digest, (key) => storage.stat(key, options));
    return found && describe(digest, found);
  };

  const blobs: Blobs = {
    stat,
    async has({ digest, size }, options) {
      const found = await stat(digest, options);
      if (found === undefined || found.size === size) {
        return found !== undefined;
      }
      // A damaged blob of 0.1.0 may have been stored again meanwhile, at today's place.
      return old.delete(digest) && (await stat(digest, options))?.size === size;
    },
    async open(digest, options: ReadOptions = {}) {
      const result = await find(digest, (key) => storage.read(key, options));
      return result && { info: describe(digest, result.info), body: result.body };
    },
    store: async (source, options) => await storeBlob(storage, stat, source, options),
  };
  if (storage.redirect === undefined) {
    return blobs;
  }
  return {
    ...blobs,
    redirect: async ({ key }, options) => await storage.redirect?.(key, options),
  };
}

function describe(digest: Digest, { key, size, contentType }: ObjectInfo): BlobInfo {
  return { digest, size, mediaType: contentType, key };
}
