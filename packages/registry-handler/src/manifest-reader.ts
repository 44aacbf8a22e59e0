import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Descriptor, Digest } from "@nixery/manifest";
import { layerKey, type OperationOptions, type Storage, StorageError } from "@nixery/storage";

/** A manifest as it is sent. */
interface StoredManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Reads manifests by digest, keeping in memory those that were read last. */
export interface ManifestReader {
  /** `undefined` when there is no such object, or when it is not a manifest. */
  read(digest: Digest, options?: OperationOptions): Promise<StoredManifest | undefined>;
}

/** Media types that the endpoint for manifests serves, and nothing else. */
const manifestTypes = new Set([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);

/** Clients and registries refuse larger ones (distribution-spec, "Pushing Manifests"). */
const maxManifestSize = 4 * 1024 * 1024;

export interface ManifestReaderOptions {
  /** Bytes of manifests to keep in memory; 0 keeps none. */
  readonly cacheSize: number;
}

/** Manifests never change under their digest, so what is in memory is never stale. */
export function createManifestReader(
  storage: Storage,
  { cacheSize }: ManifestReaderOptions,
): ManifestReader {
  const cache = new LRUCache<Digest, StoredManifest>({
    maxSize: Math.max(1, cacheSize),
    sizeCalculation: ({ bytes }) => Math.max(1, bytes.length),
  });
  return {
    async read(digest, options) {
      const cached = cache.get(digest);
      if (cached !== undefined) {
        return cached;
      }
      const manifest = await readManifest(storage, digest, options);
      if (manifest !== undefined) {
        cache.set(digest, manifest);
      }
      return manifest;
    },
  };
}

async function readManifest(
  storage: Storage,
  digest: Digest,
  options: OperationOptions | undefined,
): Promise<StoredManifest | undefined> {
  const key = layerKey(digest.slice("sha256:".length));
  const info = await storage.stat(key, options);
  if (info === undefined || !manifestTypes.has(info.contentType)) {
    return undefined;
  }
  if (info.size > maxManifestSize) {
    return undefined;
  }
  const found = await storage.read(key, options);
  if (found === undefined) {
    return undefined;
  }
  const bytes = await collect(found.body, info.size);
  if (`sha256:${createHash("sha256").update(bytes).digest("hex")}` !== digest) {
    throw new StorageError("ERR_STORAGE_CORRUPT", {
      backend: storage.name,
      key,
      message: `The manifest ${key} does not have the digest it is stored under; remove it, and it will be built again.`,
    });
  }
  return { descriptor: { mediaType: info.contentType, digest, size: bytes.length }, bytes };
}

/** All bytes of `body`, which should be `size` and are at most that. */
async function collect(body: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > size) {
      break;
    }
  }
  return Buffer.concat(chunks, length);
}
