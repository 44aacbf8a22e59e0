import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_BINARY_CACHE_INVALID_OPTION`: a location, a public key or another option is invalid.
 *   Correct it.
 * - `ERR_BINARY_CACHE_UNAVAILABLE`: a server or a file cannot be read, or a server responds with an
 *   error, after all attempts. Try again later; check the URL and its credentials.
 * - `ERR_BINARY_CACHE_NOT_FOUND`: there is no channel at the URL. Check its name.
 * - `ERR_BINARY_CACHE_TOO_LARGE`: a file is larger than its limit. Check that the URL is that of the
 *   right file.
 * - `ERR_BINARY_CACHE_CORRUPT`: compressed data is damaged, truncated or unsupported. Download or
 *   compress it again.
 * - `ERR_BINARY_CACHE_INVALID_NARINFO`: a narinfo file is malformed or describes another path. Upload
 *   the path to the cache again, or use another cache.
 * - `ERR_BINARY_CACHE_UNTRUSTED`: no trusted key signed a narinfo file. Add the key of the cache to
 *   the trusted ones, or use another cache.
 */
export type BinaryCacheErrorCode =
  | "ERR_BINARY_CACHE_INVALID_OPTION"
  | "ERR_BINARY_CACHE_UNAVAILABLE"
  | "ERR_BINARY_CACHE_NOT_FOUND"
  | "ERR_BINARY_CACHE_TOO_LARGE"
  | "ERR_BINARY_CACHE_CORRUPT"
  | "ERR_BINARY_CACHE_INVALID_NARINFO"
  | "ERR_BINARY_CACHE_UNTRUSTED";

const brand = Symbol.for("@nixery/binary-cache/BinaryCacheError");

/** The one error of this package; an abort rejects with the signal's reason instead. */
export class BinaryCacheError extends CodedError<BinaryCacheErrorCode> {
  override readonly name = "BinaryCacheError";

  constructor(code: BinaryCacheErrorCode, details: CodedErrorDetails) {
    super(brand, code, details);
  }
}

/**
 * Whether `value` is a {@link BinaryCacheError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isBinaryCacheError(
  value: unknown,
  code?: BinaryCacheErrorCode,
): value is BinaryCacheError {
  return isCodedError(value, brand, code);
}
