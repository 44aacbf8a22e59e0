import { errorResponse, jsonResponse, quote } from "./error-response.ts";
import { readDigest } from "./grammar.ts";
import type { RegistryResponse } from "./registry-handler.ts";
import type { Exchange } from "./registry.ts";

const indexType = "application/vnd.oci.image.index.v1+json";

/**
 * `GET /v2/<name>/referrers/<digest>` (distribution-spec, end-12). Nothing can be pushed, so nothing
 * refers to anything, which the spec says with an empty index.
 */
export function serveReferrers({ query }: Exchange, reference: string): RegistryResponse {
  if (readDigest(reference) === "invalid") {
    return errorResponse(400, {
      code: "DIGEST_INVALID",
      message: `${quote(reference)} is not a digest; write sha256: and 64 lowercase hexadecimal digits.`,
    });
  }
  return jsonResponse(
    { schemaVersion: 2, mediaType: indexType, manifests: [] },
    {
      contentType: indexType,
      headers: query.has("artifactType") ? { "OCI-Filters-Applied": "artifactType" } : undefined,
    },
  );
}
