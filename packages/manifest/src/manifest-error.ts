import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_MANIFEST_INVALID_VALUE`: a value has no exact form in JSON, or a date is invalid. Pass
 *   values that JSON can hold, and dates with a year of four digits.
 * - `ERR_MANIFEST_INVALID_DIGEST`: a text is not a SHA-256 digest. Write `sha256:` and 64 lowercase
 *   hexadecimal digits.
 * - `ERR_MANIFEST_MEDIA_TYPE`: a document refers to content that its format has no media type for,
 *   such as a zstd layer in a Docker manifest. Use the OCI format, or content of the same format.
 */
export type ManifestErrorCode =
  | "ERR_MANIFEST_INVALID_VALUE"
  | "ERR_MANIFEST_INVALID_DIGEST"
  | "ERR_MANIFEST_MEDIA_TYPE";

const brand = Symbol.for("@nixery/manifest/ManifestError");

/** The one error that this package throws. */
export class ManifestError extends CodedError<ManifestErrorCode> {
  override readonly name = "ManifestError";

  constructor(code: ManifestErrorCode, details: CodedErrorDetails) {
    super(brand, code, details);
  }
}

/**
 * Whether `value` is a {@link ManifestError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isManifestError(value: unknown, code?: ManifestErrorCode): value is ManifestError {
  return isCodedError(value, brand, code);
}
