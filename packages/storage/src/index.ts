export { abortable } from "./abortable.ts";
export type { Abortable, AbortableOptions } from "./abortable.ts";
export { assertKey, buildKey, keyPattern, layerKey, manifestKey, stagingKey } from "./key.ts";
export { resolveRange } from "./resolve-range.ts";
export type { ResolvedRange } from "./resolve-range.ts";
export { storeHashed } from "./store-hashed.ts";
export type { StoreHashedOptions, StoredObject } from "./store-hashed.ts";
export type {
  ByteRange,
  ObjectInfo,
  OperationOptions,
  ReadOptions,
  ReadResult,
  Redirect,
  RedirectOptions,
  Storage,
  WriteOptions,
} from "./storage.ts";
export { StorageError, isStorageError } from "./storage-error.ts";
export type { StorageErrorCode, StorageErrorDetails } from "./storage-error.ts";
export { verifyStorage } from "./verify-storage.ts";
export type { VerifyStorageOptions } from "./verify-storage.ts";
