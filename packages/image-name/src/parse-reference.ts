import { quote } from "@nixery/kit/quote";
import { isTag } from "./grammar.ts";
import { ImageNameError } from "./image-name-error.ts";

/** An image name with its tag, such as `shell/git/htop:latest`. */
export interface Reference {
  /** Not validated; see `parseImageName`. */
  readonly name: string;
  readonly tag: string;
}

/**
 * Splits a reference without a host into name and tag; the tag is `latest` when there is none.
 *
 * @throws ImageNameError `ERR_IMAGE_NAME_TAG` when the tag is invalid or there is a digest
 */
export function parseReference(reference: string): Reference {
  const at = reference.indexOf("@");
  if (at !== -1) {
    throw new ImageNameError("ERR_IMAGE_NAME_TAG", {
      part: reference.slice(at + 1),
      message: `The reference ${quote(reference)} has a digest, but only a tag can be built. Write name:tag.`,
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
      message: `Invalid tag ${quote(tag)}. Use up to 128 letters, digits, ".", "_" and "-", starting with a letter, a digit or "_".`,
    });
  }
  return { name: reference.slice(0, colon), tag };
}
