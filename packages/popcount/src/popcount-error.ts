import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_POPCOUNT_INVALID_OPTION`: an option is invalid. Correct it.
 * - `ERR_POPCOUNT_NOT_FOUND`: a list or popularity data does not exist, or a cache has none of the
 *   paths. Check the location.
 * - `ERR_POPCOUNT_INVALID_LIST`: a list contains something that is not a store path, two paths with
 *   one hash, or no path. Correct the list, or check its location.
 * - `ERR_POPCOUNT_INVALID_POPULARITY`: popularity data is not a JSON map of names to counts. Count it
 *   again, or check its location.
 * - `ERR_POPCOUNT_STATE`: the state file belongs to another count, or cannot be read or written.
 *   Choose another file, or restart the count.
 * - `ERR_POPCOUNT_NIX`: `nix-store` cannot be run, fails, or writes something unexpected. Check that
 *   Nix is installed and may read the store.
 */
export type PopcountErrorCode =
  | "ERR_POPCOUNT_INVALID_OPTION"
  | "ERR_POPCOUNT_NOT_FOUND"
  | "ERR_POPCOUNT_INVALID_LIST"
  | "ERR_POPCOUNT_INVALID_POPULARITY"
  | "ERR_POPCOUNT_STATE"
  | "ERR_POPCOUNT_NIX";

const brand = Symbol.for("@nixery/popcount/PopcountError");

/**
 * The one error of this package. Errors of reading are passed on as the `BinaryCacheError` of
 * `@nixery/binary-cache`; an abort rejects with the signal's reason.
 */
export class PopcountError extends CodedError<PopcountErrorCode> {
  override readonly name = "PopcountError";

  constructor(code: PopcountErrorCode, details: CodedErrorDetails) {
    super(brand, code, details);
  }
}

/**
 * Whether `value` is a {@link PopcountError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isPopcountError(value: unknown, code?: PopcountErrorCode): value is PopcountError {
  return isCodedError(value, brand, code);
}
