import { quote } from "@nixery/kit/quote";
import { isTag } from "./grammar.ts";
import { ImageNameError } from "./image-name-error.ts";

/** An image name with its tag, such as `shell/git/htop:latest`. */
export interface Reference {
  /** Not yet checked; see `parseImageName`. */
  readonly name: string;
  readonly tag: string;
}

/**
 * Splits a reference without a host into name and tag; the tag is `latest` when there is none.
 *
 * @throws ImageNameError `ERR_IMAGE_NAME_TAG` when the tag is not one, or when there is a digest
 */
export function parseReference(reference: string): Reference {
  const at = reference.indexOf("@");
  if (at !== -1) {
    throw new ImageNameError("ERR_IMAGE_NAME_TAG", {
      part: reference.slice(at + 1),
      message: `${quote(reference)} asks for a digest, and only a tag says what to build; write name:tag.`,
    });
  }
  const colon = reference.indexOf(":");
  if (colon === -1) {
    return { name: reference, tag: "latest" };
  }
  const tag = reference.slice(colon + 1);
  if (!isTag(tag)) {
    throw new ImageNameError("ERR_IMAGE_NAME_TAG", {
      part: tag,
      message: `${quote(tag)} is not a tag; use up to 128 letters, digits, ".", "_" and "-", the first a letter, a digit or "_".`,
    });
  }
  return { name: reference.slice(0, colon), tag };
}
