import { isImageNameError } from "@nixery/image-name";
import type { Descriptor } from "@nixery/manifest";
import { type BuilderError, isBuilderError } from "./builder-error.ts";

/**
 * What the builder answers; the port `ImageSource` of `@nixery/registry-handler` takes it. Messages
 * are for the client: one sentence, no secret, no stack trace.
 */
export type ImageResult = { readonly kind: "found"; readonly manifest: Descriptor } | Refusal;

/** Why there is no image. */
export type Refusal =
  /** The name cannot be an image here, whatever the package set holds. */
  | { readonly kind: "invalid-name"; readonly message: string; readonly detail?: unknown }
  /** No such package or tag, or one that cannot be built. */
  | { readonly kind: "unknown"; readonly message: string; readonly detail?: unknown }
  | Unavailable;

/** Not now; asking again later may succeed. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

/** Errors of package sources are told by their code, since builder has their types alone. */
const refusedByNix = new Set([
  "ERR_NIX_PACKAGE_NOT_FOUND",
  "ERR_NIX_PACKAGE_AMBIGUOUS",
  "ERR_NIX_BUILD_FAILED",
  // As a failure, not as "unavailable": clients print the message of the former alone, and who
  // reads that the limit was reached knows what to do.
  "ERR_NIX_TIMEOUT",
]);

/** Seconds after which a package set that could not be fetched may be there again. */
const sourceRetry = 30;

/** The refusal that an error means, `undefined` when it is a fault of the server. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (isImageNameError(error) && error.code !== "ERR_IMAGE_NAME_META_PACKAGE") {
    const { message, code, part } = error;
    return { kind: "invalid-name", message, detail: { code, part } };
  }
  if (isBuilderError(error)) {
    return refusalOfBuilder(error);
  }
  if (!(error instanceof Error) || !("code" in error)) {
    return undefined;
  }
  const { code } = error;
  const message = oneLine(error.message);
  if (typeof code === "string" && refusedByNix.has(code)) {
    return { kind: "unknown", message, detail: detailOf(error) };
  }
  if (code === "ERR_NIX_SOURCE_UNAVAILABLE") {
    return { kind: "unavailable", message, retryAfter: sourceRetry };
  }
  return code === "ERR_NIX_UNAVAILABLE" || code === "ERR_NIX_NOT_INSTALLED"
    ? { kind: "unavailable", message }
    : undefined;
}

function refusalOfBuilder({ code, message }: BuilderError): Refusal | undefined {
  switch (code) {
    case "ERR_BUILDER_STORE_CHANGED":
      return { kind: "unavailable", message, retryAfter: 1 };
    case "ERR_BUILDER_STORE_UNREADABLE":
    case "ERR_BUILDER_BUSY":
    case "ERR_BUILDER_CLOSED":
      return { kind: "unavailable", message };
    case "ERR_BUILDER_UNSUPPORTED_FILE":
      return { kind: "unknown", message, detail: { code } };
    case "ERR_BUILDER_INVALID_OPTION":
      return undefined;
  }
}

export function unknownTag(tag: string): Refusal {
  return {
    kind: "unknown",
    message: `There is no tag "${tag}" here; ask for "latest" or for a tag of the package set.`,
    detail: { tag },
  };
}

/** What a program can use of a Nix error; its log is for the operator. */
function detailOf(error: Error): unknown {
  const packages = "packages" in error && Array.isArray(error.packages) ? error.packages : [];
  const reason = "reason" in error ? error.reason : undefined;
  return { code: "code" in error ? error.code : undefined, packages, reason };
}

/** Clients print one line. */
function oneLine(message: string): string {
  return message.replaceAll(/\s*[\r\n]+\s*/g, " ").trim();
}
