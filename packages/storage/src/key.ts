import { quote } from "@nixery/kit/quote";
import { StorageError } from "./storage-error.ts";

/**
 * The grammar of keys: `<namespace>/<id>`. Neither part can be empty or begin with a dot, so a key
 * cannot express a path traversal. Backends depend on this grammar and not on a list of namespaces.
 */
export const keyPattern: RegExp = /^[a-z0-9][a-z0-9-]{0,31}\/[a-z0-9][a-z0-9-]{0,127}$/;

/** Throws `ERR_STORAGE_INVALID_KEY` unless `key` follows {@link keyPattern}. */
export function assertKey(key: string, backend: string): void {
  if (!keyPattern.test(key)) {
    throw new StorageError("ERR_STORAGE_INVALID_KEY", {
      backend,
      key,
      message: `Invalid key ${quote(key)}. Keys match ${keyPattern.source}.`,
    });
  }
}

/** A new key for bytes whose digest is not known yet. */
export function stagingKey(): string {
  return `staging/${crypto.randomUUID()}`;
}

/** Whether `key` was made by {@link stagingKey}; its object has one writer. */
export function isStagingKey(key: string): boolean {
  return key.startsWith("staging/");
}
