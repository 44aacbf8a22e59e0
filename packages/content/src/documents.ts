import { collect } from "@nixery/kit/collect";
import { streamOf } from "@nixery/kit/stream-of";
import { type Descriptor, type Digest, type Encoded, sha256Digest } from "@nixery/manifest";
import { type OperationOptions, type Storage, StorageError } from "@nixery/storage";
import { LRUCache } from "lru-cache";
import type { Blobs } from "./blobs.ts";
import { blobKey } from "./keys.ts";

/** A document as it is stored and sent, and the descriptor that points at it. */
export type Document = Encoded;

/** Manifests, indexes and configs: blobs that are small enough to be held in memory. */
export interface Documents {
  /** Stores a document under its digest. */
  storeDocument(document: Document, options?: OperationOptions): Promise<void>;
  /**
   * Reads a document and checks its digest. `undefined` when there is none, or when the blob is not
   * of one of `mediaTypes`. Rejects with `ERR_STORAGE_CORRUPT` when the digest differs.
   */
  readDocument(digest: Digest, options: ReadDocumentOptions): Promise<Document | undefined>;
}

export interface ReadDocumentOptions extends OperationOptions {
  readonly mediaTypes: ReadonlySet<string>;
}

export interface DocumentsOptions {
  /** Bytes of documents to keep in memory; 0 keeps none. */
  readonly maxCachedBytes: number;
}

/** Clients and registries refuse larger manifests (distribution-spec, "Pushing Manifests"). */
const maxDocumentSize = 4 * 1024 * 1024;

/** Documents never change under their digest, so the ones in memory are never stale. */
export function createDocuments(
  storage: Storage,
  blobs: Blobs,
  { maxCachedBytes }: DocumentsOptions,
): Documents {
  const cache = new LRUCache<Digest, Document>({
    maxSize: Math.max(1, maxCachedBytes),
    sizeCalculation: ({ bytes }) => Math.max(1, bytes.byteLength),
  });

  const read = async (
    digest: Digest,
    { mediaTypes, signal }: ReadDocumentOptions,
  ): Promise<Document | undefined> => {
    const info = await blobs.stat(digest, { signal });
    if (info === undefined || !mediaTypes.has(info.mediaType) || info.size > maxDocumentSize) {
      return undefined;
    }
    const opened = await blobs.open(digest, { signal });
    if (opened === undefined) {
      return undefined;
    }
    const corrupt = (): StorageError => damaged(storage, info.key);
    const bytes = await collect(opened.body, info.size, corrupt);
    if (sha256Digest(bytes) !== digest) {
      throw corrupt();
    }
    const descriptor: Descriptor = { mediaType: info.mediaType, digest, size: bytes.byteLength };
    return { descriptor, bytes };
  };

  return {
    async storeDocument({ bytes, descriptor }, { signal } = {}) {
      const { digest, mediaType } = descriptor;
      await storage.write(blobKey(digest), streamOf(bytes), { contentType: mediaType, signal });
    },
    async readDocument(digest, options) {
      const cached = cache.get(digest);
      if (cached !== undefined) {
        return options.mediaTypes.has(cached.descriptor.mediaType) ? cached : undefined;
      }
      const document = await read(digest, options);
      if (document !== undefined) {
        cache.set(digest, document);
      }
      return document;
    },
  };
}

function damaged(storage: Storage, key: string): StorageError {
  return new StorageError("ERR_STORAGE_CORRUPT", {
    backend: storage.name,
    key,
    message: `The content of ${key} does not match its digest. Remove it, and the next pull builds it again.`,
  });
}
