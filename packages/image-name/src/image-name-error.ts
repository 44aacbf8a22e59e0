import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_IMAGE_NAME_PART`: a part of the name is not a package name; `part` is that part. Use
 *   lowercase package names with one "/" between them.
 * - `ERR_IMAGE_NAME_TAG`: the tag is invalid, or the reference has a digest; `part` is the tag or the
 *   digest. Write a tag, such as `latest`.
 * - `ERR_IMAGE_NAME_TOO_LONG`: the whole name has more than 255 characters. List fewer packages.
 * - `ERR_IMAGE_NAME_TOO_MANY_PACKAGES`: the name lists more packages than allowed. List fewer, or
 *   raise `maxPackages`.
 * - `ERR_IMAGE_NAME_INVALID_OPTION`: an option is invalid, whatever the name; `part` is the
 *   meta-package, if it is one. Correct the configuration.
 */
export type ImageNameErrorCode =
  | "ERR_IMAGE_NAME_PART"
  | "ERR_IMAGE_NAME_TAG"
  | "ERR_IMAGE_NAME_TOO_LONG"
  | "ERR_IMAGE_NAME_TOO_MANY_PACKAGES"
  | "ERR_IMAGE_NAME_INVALID_OPTION";

export interface ImageNameErrorDetails extends CodedErrorDetails {
  /** The invalid part, as it was written. */
  readonly part?: string | undefined;
}

const brand = Symbol.for("@nixery/image-name/ImageNameError");

/** The one error that this package throws. Its message is for the person who pulls. */
export class ImageNameError extends CodedError<ImageNameErrorCode> {
  override readonly name = "ImageNameError";
  readonly part: string | undefined;

  constructor(code: ImageNameErrorCode, details: ImageNameErrorDetails) {
    super(brand, code, details);
    this.part = details.part;
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
  return isCodedError(value, brand, code);
}
