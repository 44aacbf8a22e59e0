/**
 * - `ERR_IMAGE_NAME_PART`: a part of the name does not follow the grammar; `part` is that part.
 * - `ERR_IMAGE_NAME_TAG`: the tag does not follow the grammar; `part` is the tag.
 * - `ERR_IMAGE_NAME_TOO_LONG`: the whole name is longer than 255 characters.
 * - `ERR_IMAGE_NAME_TOO_MANY_PACKAGES`: the name lists more packages than allowed.
 * - `ERR_IMAGE_NAME_META_PACKAGE`: a meta-package in the options is wrong; a defect in the
 *   configuration, not in the name. `part` is the meta-package.
 */
export type ImageNameErrorCode =
  | "ERR_IMAGE_NAME_PART"
  | "ERR_IMAGE_NAME_TAG"
  | "ERR_IMAGE_NAME_TOO_LONG"
  | "ERR_IMAGE_NAME_TOO_MANY_PACKAGES"
  | "ERR_IMAGE_NAME_META_PACKAGE";

export interface ImageNameErrorDetails {
  /** One sentence for the person who pulls: names the thing and the next step. */
  readonly message: string;
  /** The part that is wrong, as it was written. */
  readonly part?: string | undefined;
}

const brand = Symbol.for("@nixery/image-name/ImageNameError");

/** The one error that this package throws. */
export class ImageNameError extends Error {
  override readonly name = "ImageNameError";
  readonly code: ImageNameErrorCode;
  readonly part: string | undefined;

  constructor(code: ImageNameErrorCode, details: ImageNameErrorDetails) {
    super(details.message);
    this.code = code;
    this.part = details.part;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Whether `value` is an {@link ImageNameError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isImageNameError(
  value: unknown,
  code?: ImageNameErrorCode,
): value is ImageNameError {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || ("code" in value && value.code === code))
  );
}
