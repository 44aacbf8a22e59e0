/** Whether an `If-None-Match` header lists `tag`: the client has the content (RFC 9110, 13.1.2). */
export function isNoneMatch(header: string | undefined, tag: string): boolean {
  if (header === undefined) {
    return false;
  }
  return header
    .split(",")
    .map((candidate) => candidate.trim())
    .some((candidate) => candidate === "*" || candidate.replace(/^W\//, "") === tag);
}

/**
 * Whether an `If-Range` header allows a partial response: a client can only use a part of the
 * content that it has the rest of (RFC 9110, 13.1.5).
 */
export function isIfRangeMatch(header: string | undefined, tag: string): boolean {
  return header === undefined || header.trim() === tag;
}
