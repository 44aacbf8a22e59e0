export { abortable } from "./abortable.ts";
export type { Abortable, AbortableOptions } from "./abortable.ts";
export { assertKey, isStagingKey, keyPattern, stagingKey } from "./key.ts";
export { resolveRange } from "./resolve-range.ts";
export type { ResolvedRange } from "./resolve-range.ts";
export type {
  ByteRange,
  ObjectInfo,
  OperationOptions,
  ReadOptions,
  ReadResult,
  Redirect,
  Storage,
  WriteOptions,
  WrittenObject,
} from "./storage.ts";
export { StorageError, isStorageError } from "./storage-error.ts";
export type { StorageErrorCode, StorageErrorDetails } from "./storage-error.ts";
export type { ConditionalMethod } from "./ignored-conditions.ts";
export { verifyStorage } from "./verify-storage.ts";
export type { VerifiedStorage, VerifyStorageOptions } from "./verify-storage.ts";
