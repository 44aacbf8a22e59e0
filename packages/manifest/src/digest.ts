import { createHash } from "node:crypto";
import { quote } from "@nixery/kit/quote";
import type { Digest } from "./descriptor.ts";
import { ManifestError } from "./manifest-error.ts";

const sha256Pattern = /^sha256:[a-f0-9]{64}$/;
const sha512Pattern = /^sha512:[a-f0-9]{128}$/;

/** The algorithms that the image specification registers. */
export type DigestAlgorithm = "sha256" | "sha512";

/** Digest of bytes that are all in memory. */
export function sha256Digest(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Whether `value` is a {@link Digest} (image-spec, descriptor.md, "SHA-256"). */
export function isDigest(value: unknown): value is Digest {
  return typeof value === "string" && sha256Pattern.test(value);
}

/**
 * The algorithm of a well-formed digest (image-spec, descriptor.md, "Registered Algorithms");
 * `undefined` when `text` is not one. Nothing is stored under a digest of `sha512`.
 */
export function digestAlgorithm(text: string): DigestAlgorithm | undefined {
  if (isDigest(text)) {
    return "sha256";
  }
  return sha512Pattern.test(text) ? "sha512" : undefined;
}

/**
 * `text` as a {@link Digest}.
 *
 * @throws ManifestError `ERR_MANIFEST_INVALID_DIGEST`
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) {
    return text;
  }
  throw invalidDigest(text);
}

/**
 * The 64 hexadecimal digits of a digest.
 *
 * @throws ManifestError `ERR_MANIFEST_INVALID_DIGEST`
 */
export function digestHex(digest: Digest): string {
  return parseDigest(digest).slice("sha256:".length);
}

function invalidDigest(text: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_INVALID_DIGEST", {
    message: `Invalid digest ${quote(text)}. Write "sha256:" and 64 lowercase hexadecimal digits.`,
  });
}
