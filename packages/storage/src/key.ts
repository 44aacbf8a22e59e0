import { StorageError } from "./storage-error.ts";

/**
 * The grammar of keys. It has no dot-only segment, no empty segment and no way to leave its
 * folder, so that a path traversal cannot be written.
 */
export const keyPattern: RegExp = /^(?:layers|builds|manifests|staging)\/[a-z0-9][a-z0-9-]{0,127}$/;

/** Throws `ERR_STORAGE_INVALID_KEY` unless `key` follows {@link keyPattern}. */
export function assertKey(key: string, backend: string): void {
  if (!keyPattern.test(key)) {
    throw new StorageError("ERR_STORAGE_INVALID_KEY", {
      backend,
      key,
      message: `${backend} takes no key such as ${JSON.stringify(key)}; keys match ${keyPattern.source}`,
    });
  }
}

/** Key of a content-addressed object: layers, configs and manifests alike. */
export function layerKey(sha256Hex: string): string {
  return `layers/${sha256Hex}`;
}

/** Key of a layer-build cache entry. */
export function buildKey(id: string): string {
  return `builds/${id}`;
}

/** Key of a manifest cache entry. */
export function manifestKey(id: string): string {
  return `manifests/${id}`;
}

/** A fresh key for bytes whose digest is not known yet. */
export function stagingKey(): string {
  return `staging/${crypto.randomUUID()}`;
}
