import type { Digest } from "@nixery/manifest";

/** Headers that identify content. */
export interface ContentHeaders extends Readonly<Record<string, string>> {
  /** The digest identifies the bytes, so it is a strong entity tag. */
  readonly ETag: string;
}

/** `no-transform`, because a proxy that compresses changes bytes that clients hash. */
const immutable = "max-age=31536000, immutable, no-transform";
const mutable = "no-cache, no-transform";

/** Headers of content under its digest, which never changes. */
export function digestHeaders(digest: Digest): ContentHeaders {
  return {
    "Docker-Content-Digest": digest,
    ETag: `"${digest}"`,
    "Cache-Control": immutable,
  };
}

/** Headers of content under a tag, which may change, and depends on what the client accepts. */
export function tagHeaders(digest: Digest): ContentHeaders {
  return { ...digestHeaders(digest), "Cache-Control": mutable, Vary: "Accept" };
}
