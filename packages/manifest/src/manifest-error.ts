/**
 * - `ERR_MANIFEST_INVALID_VALUE`: a value that JSON cannot hold without loss, or an invalid date.
 * - `ERR_MANIFEST_INVALID_DIGEST`: not `sha256:` and 64 lowercase hexadecimal digits.
 * - `ERR_MANIFEST_MEDIA_TYPE`: content that has no media type in the manifest's family, such as a
 *   zstd layer in a Docker manifest or a Docker manifest in an OCI index.
 */
export type ManifestErrorCode =
  | "ERR_MANIFEST_INVALID_VALUE"
  | "ERR_MANIFEST_INVALID_DIGEST"
  | "ERR_MANIFEST_MEDIA_TYPE";

const brand = Symbol.for("@nixery/manifest/ManifestError");

/** The one error that this package throws. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  readonly code: ManifestErrorCode;

  constructor(code: ManifestErrorCode, message: string) {
    super(message);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Whether `value` is a {@link ManifestError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isManifestError(value: unknown, code?: ManifestErrorCode): value is ManifestError {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || ("code" in value && value.code === code))
  );
}
