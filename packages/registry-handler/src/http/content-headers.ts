import type { Digest } from "@nixery/manifest";
import { entityTag } from "./entity-tag.ts";

/** `no-transform`, because a proxy that compresses would change bytes that clients hash. */
const immutable = "max-age=31536000, immutable, no-transform";
const mutable = "no-cache, no-transform";

/** Headers of content under its digest, which never changes. */
export function digestHeaders(digest: Digest): Readonly<Record<string, string>> {
  return {
    "Docker-Content-Digest": digest,
    ETag: entityTag(digest),
    "Cache-Control": immutable,
  };
}

/** Headers of content under a tag, which may change, and differs with what the client accepts. */
export function tagHeaders(digest: Digest): Readonly<Record<string, string>> {
  return { ...digestHeaders(digest), "Cache-Control": mutable, Vary: "Accept" };
}
