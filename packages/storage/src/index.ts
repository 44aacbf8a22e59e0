export { assertKey, buildKey, keyPattern, layerKey, manifestKey, stagingKey } from "./key.ts";
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
