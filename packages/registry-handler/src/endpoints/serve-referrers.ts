import { digestAlgorithm, ociMediaTypes } from "@nixery/manifest";
import { invalidDigest } from "../http/error-response.ts";
import { jsonResponse } from "../http/json-response.ts";
import type { ReferrersRoute } from "../http/route.ts";
import type { RegistryResponse } from "../registry-handler.ts";

/**
 * `GET /v2/<name>/referrers/<digest>` (distribution-spec, end-12). Nothing can be pushed, so no
 * manifest has referrers, which the spec expresses by an empty index.
 */
export function serveReferrers({ digest, query }: ReferrersRoute): RegistryResponse {
  if (digestAlgorithm(digest) === undefined) {
    return invalidDigest(digest);
  }
  return jsonResponse(
    { schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [] },
    {
      contentType: ociMediaTypes.index,
      headers: query.has("artifactType") ? { "OCI-Filters-Applied": "artifactType" } : undefined,
    },
  );
}
