import type { Digest } from "@nixery/manifest";

/** Content is its digest, so the digest is a strong entity tag. */
export function entityTag(digest: Digest): string {
  return `"${digest}"`;
}

/** Whether an `If-None-Match` header says that the client has `tag` (RFC 9110, 13.1.2). */
export function isNoneMatch(header: string | undefined, tag: string): boolean {
  if (header === undefined) {
    return false;
  }
  return header
    .split(",")
    .map((candidate) => candidate.trim())
    .some((candidate) => candidate === "*" || candidate.replace(/^W\//, "") === tag);
}
