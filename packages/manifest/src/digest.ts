import { createHash } from "node:crypto";
import type { Digest } from "./descriptor.ts";
import { ManifestError } from "./manifest-error.ts";

const hexPattern = /^[a-f0-9]{64}$/;
const digestPattern = /^sha256:[a-f0-9]{64}$/;
const sha512Pattern = /^sha512:[a-f0-9]{128}$/;

/** Algorithms that the image specification registers; this project makes `sha256` only. */
export type DigestAlgorithm = "sha256" | "sha512";

/** Digest of bytes that are all in memory. */
export function sha256Digest(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Whether `value` is a {@link Digest} (image-spec, descriptor.md, "SHA-256"). */
export function isDigest(value: unknown): value is Digest {
  return typeof value === "string" && digestPattern.test(value);
}

/**
 * The algorithm of a well-formed digest (image-spec, descriptor.md, "Registered Algorithms");
 * `undefined` when `text` is not one. Only one of `sha256` is a {@link Digest}: nothing is stored
 * under another.
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

/** The 64 hexadecimal digits of a digest, as in the storage key `layers/<hex>`. */
export function digestHex(digest: Digest): string {
  return parseDigest(digest).slice("sha256:".length);
}

/**
 * The digest with these 64 lowercase hexadecimal digits.
 *
 * @throws ManifestError `ERR_MANIFEST_INVALID_DIGEST`
 */
export function digestFromHex(hex: string): Digest {
  if (hexPattern.test(hex)) {
    return `sha256:${hex}`;
  }
  throw invalidDigest(hex);
}

function invalidDigest(text: string): ManifestError {
  return new ManifestError(
    "ERR_MANIFEST_INVALID_DIGEST",
    `${JSON.stringify(text.slice(0, 80))} is not a digest; write sha256: and 64 lowercase hexadecimal digits.`,
  );
}
