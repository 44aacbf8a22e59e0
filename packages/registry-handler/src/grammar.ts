import type { Digest } from "@nixery/manifest";

/** Clients cap host, `/` and name together at this many characters. */
const maxNameLength = 255;

const namePattern =
  /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const sha256Pattern = /^sha256:[a-f0-9]{64}$/;
const sha512Pattern = /^sha512:[a-f0-9]{128}$/;

/** Whether `text` is a repository name (distribution-spec, "Pulling manifests"). */
export function isName(text: string): boolean {
  return text.length <= maxNameLength && namePattern.test(text);
}

/** Whether `text` is a tag (distribution-spec, "Pulling manifests"). */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/**
 * `text` as a digest that content may be stored under; `"unknown"` when it is a digest that
 * nothing here has, and `"invalid"` when it is none (image-spec, descriptor.md, "Digests").
 */
export function readDigest(text: string): { readonly digest: Digest } | "unknown" | "invalid" {
  if (isSha256(text)) {
    return { digest: text };
  }
  return sha512Pattern.test(text) ? "unknown" : "invalid";
}

function isSha256(text: string): text is Digest {
  return sha256Pattern.test(text);
}
