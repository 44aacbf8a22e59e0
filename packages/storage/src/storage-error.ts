/**
 * - `ERR_STORAGE_INVALID_KEY`: the key does not follow the grammar; a defect in the caller.
 * - `ERR_STORAGE_NOT_FOUND`: `move` from an object that does not exist.
 * - `ERR_STORAGE_RANGE`: the range starts at or after the end of the object, or is none.
 * - `ERR_STORAGE_DENIED`: the backend refused the credentials or the permissions.
 * - `ERR_STORAGE_FULL`: no space or quota is left.
 * - `ERR_STORAGE_CORRUPT`: the bytes that arrived are not the bytes that were sent.
 * - `ERR_STORAGE_UNAVAILABLE`: the backend does not answer or failed; later may succeed.
 */
export type StorageErrorCode =
  | "ERR_STORAGE_INVALID_KEY"
  | "ERR_STORAGE_NOT_FOUND"
  | "ERR_STORAGE_RANGE"
  | "ERR_STORAGE_DENIED"
  | "ERR_STORAGE_FULL"
  | "ERR_STORAGE_CORRUPT"
  | "ERR_STORAGE_UNAVAILABLE";

export interface StorageErrorDetails {
  /** `name` of the backend. */
  readonly backend: string;
  readonly key?: string | undefined;
  /** One sentence that names the thing and the next step; holds no secret. */
  readonly message: string;
  readonly cause?: unknown;
}

const brand = Symbol.for("@nixery/storage/StorageError");

/** The one error that storage backends reject with. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageErrorCode;
  readonly backend: string;
  readonly key: string | undefined;

  constructor(code: StorageErrorCode, details: StorageErrorDetails) {
    super(details.message, { cause: details.cause });
    this.code = code;
    this.backend = details.backend;
    this.key = details.key;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Whether `value` is a {@link StorageError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isStorageError(value: unknown, code?: StorageErrorCode): value is StorageError {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || ("code" in value && value.code === code))
  );
}
