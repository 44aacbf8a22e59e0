import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_PACKING_STORE_CHANGED`: a file of the store vanished or changed while it was packed, as when
 *   garbage is collected at the same time. Pull again; keep the store's paths from being collected.
 * - `ERR_PACKING_STORE_UNREADABLE`: the machine has no open files or memory left to read the store
 *   with. Raise its limits, and pull again later.
 * - `ERR_PACKING_UNSUPPORTED_FILE`: something in a store path is not a regular file, directory or
 *   symlink. Fix the package that contains it.
 * - `ERR_PACKING_INVALID_OPTION`: an option of a codec or reader is invalid, or its module cannot be
 *   loaded or returns something else. Correct it.
 */
export type PackingErrorCode =
  | "ERR_PACKING_STORE_CHANGED"
  | "ERR_PACKING_STORE_UNREADABLE"
  | "ERR_PACKING_UNSUPPORTED_FILE"
  | "ERR_PACKING_INVALID_OPTION";

export interface PackingErrorDetails extends CodedErrorDetails {
  /** The path in the store that the error is about. */
  readonly path?: string | undefined;
}

const brand = Symbol.for("@nixery/packing/PackingError");

/** The one error that this package, its codecs and its readers throw. */
export class PackingError extends CodedError<PackingErrorCode> {
  override readonly name = "PackingError";
  readonly path: string | undefined;

  constructor(code: PackingErrorCode, details: PackingErrorDetails) {
    super(brand, code, details);
    this.path = details.path;
  }
}

/**
 * Whether `value` is a {@link PackingError}, of this or another copy of the package, and has `code`
 * when one is given.
 */
export function isPackingError(value: unknown, code?: PackingErrorCode): value is PackingError {
  return isCodedError(value, brand, code);
}
