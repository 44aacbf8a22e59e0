import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_STORAGE_INVALID_KEY`: the key does not follow the grammar; a defect in the caller. Use a key
 *   that `keyPattern` matches.
 * - `ERR_STORAGE_INVALID_OPTION`: an option of the backend is invalid. Correct it.
 * - `ERR_STORAGE_NOT_FOUND`: `move` from an object that does not exist. Write it first.
 * - `ERR_STORAGE_RANGE`: the range is invalid, or starts at or after the end of the object. Ask for a
 *   range inside the object.
 * - `ERR_STORAGE_DENIED`: the backend refused the credentials or the permissions. Check both.
 * - `ERR_STORAGE_FULL`: no space or quota is left. Free some, or raise the quota.
 * - `ERR_STORAGE_CORRUPT`: the bytes that arrived are not the bytes that were sent. Try again, and
 *   check for a proxy that alters traffic.
 * - `ERR_STORAGE_UNAVAILABLE`: the backend does not respond or failed. Try again later, and
 *   check its address.
 */
export type StorageErrorCode =
  | "ERR_STORAGE_INVALID_KEY"
  | "ERR_STORAGE_INVALID_OPTION"
  | "ERR_STORAGE_NOT_FOUND"
  | "ERR_STORAGE_RANGE"
  | "ERR_STORAGE_DENIED"
  | "ERR_STORAGE_FULL"
  | "ERR_STORAGE_CORRUPT"
  | "ERR_STORAGE_UNAVAILABLE";

export interface StorageErrorDetails extends CodedErrorDetails {
  /** `name` of the backend. */
  readonly backend: string;
  readonly key?: string | undefined;
}

const brand = Symbol.for("@nixery/storage/StorageError");

/** The one error that storage backends reject with. */
export class StorageError extends CodedError<StorageErrorCode> {
  override readonly name = "StorageError";
  readonly backend: string;
  readonly key: string | undefined;

  constructor(code: StorageErrorCode, details: StorageErrorDetails) {
    super(brand, code, details);
    this.backend = details.backend;
    this.key = details.key;
  }
}

/**
 * Whether `value` is a {@link StorageError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isStorageError(value: unknown, code?: StorageErrorCode): value is StorageError {
  return isCodedError(value, brand, code);
}
