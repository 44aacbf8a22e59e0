import { isImageNameError } from "@nixery/image-name";
import type { Refusal } from "@nixery/image-source";
import { oneLine } from "@nixery/kit/one-line";
import { quote } from "@nixery/kit/quote";
import { isManifestError } from "@nixery/manifest";
import { isPackageSourceError, type PackageSourceError } from "@nixery/package-source";
import { isPackingError, type PackingError } from "@nixery/packing";
import { type BuilderError, isBuilderError } from "./builder-error.ts";

/** Clients print a message whole; no error of this project is as long. */
const maxMessageLength = 2000;

/** Seconds after which a package set that cannot be fetched may be available again. */
const sourceRetry = 30;

/** Seconds after which a changed store is worth another look. */
const storeRetry = 1;

/** The refusal for an error; `undefined` when it is a fault of the server. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (isImageNameError(error)) {
    const { message, code, part } = error;
    return code === "ERR_IMAGE_NAME_INVALID_OPTION"
      ? undefined
      : { kind: "invalid-name", message, detail: { code, part } };
  }
  if (isBuilderError(error)) {
    return ofBuilder(error);
  }
  if (isPackageSourceError(error)) {
    return ofPackageSource(error);
  }
  if (isPackingError(error)) {
    return ofPacking(error);
  }
  if (isManifestError(error, "ERR_MANIFEST_MEDIA_TYPE")) {
    // The layers' codec has no media type in the format that was asked for.
    return { kind: "unknown", message: error.message, detail: { code: error.code } };
  }
  return undefined;
}

function ofBuilder({ code, message }: BuilderError): Refusal | undefined {
  switch (code) {
    case "ERR_BUILDER_BUSY":
    case "ERR_BUILDER_CLOSED":
      return { kind: "unavailable", message };
    case "ERR_BUILDER_INVALID_OPTION":
      return undefined;
  }
}

function ofPackageSource(error: PackageSourceError): Refusal | undefined {
  const { code, packages, reason } = error;
  const message = oneLine(error.message, maxMessageLength);
  switch (code) {
    case "ERR_PACKAGE_SOURCE_NOT_FOUND":
    case "ERR_PACKAGE_SOURCE_AMBIGUOUS":
    case "ERR_PACKAGE_SOURCE_BUILD_FAILED":
    // Clients print the message of an unknown image, and only the status of an unavailable one.
    case "ERR_PACKAGE_SOURCE_TIMEOUT":
      return { kind: "unknown", message, detail: { code, packages, reason } };
    case "ERR_PACKAGE_SOURCE_UNAVAILABLE":
      return { kind: "unavailable", message, retryAfter: sourceRetry };
    case "ERR_PACKAGE_SOURCE_NO_RESOURCES":
    case "ERR_PACKAGE_SOURCE_NOT_WORKING":
      return { kind: "unavailable", message };
    case "ERR_PACKAGE_SOURCE_INVALID_OPTION":
      return undefined;
  }
}

function ofPacking({ code, message }: PackingError): Refusal | undefined {
  switch (code) {
    case "ERR_PACKING_STORE_CHANGED":
      return { kind: "unavailable", message, retryAfter: storeRetry };
    case "ERR_PACKING_STORE_UNREADABLE":
      return { kind: "unavailable", message };
    case "ERR_PACKING_UNSUPPORTED_FILE":
      return { kind: "unknown", message, detail: { code } };
    case "ERR_PACKING_INVALID_OPTION":
      return undefined;
  }
}

export function unknownTag(tag: string): Refusal {
  return {
    kind: "unknown",
    message: `There is no tag ${quote(tag)}. Use "latest" or a tag of the package set.`,
    detail: { tag },
  };
}
