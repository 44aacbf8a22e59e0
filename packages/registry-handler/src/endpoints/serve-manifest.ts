import { isTag } from "@nixery/image-name";
import type { ImageRequest, Refusal } from "@nixery/image-source";
import { quote } from "@nixery/kit/quote";
import {
  type Descriptor,
  digestAlgorithm,
  dockerMediaTypes,
  isDigest,
  ociMediaTypes,
} from "@nixery/manifest";
import { type ContentHeaders, digestHeaders, tagHeaders } from "../http/content-headers.ts";
import { errorResponse, invalidDigest, unavailableResponse } from "../http/error-response.ts";
import { negotiateFormat } from "../http/negotiate-format.ts";
import { isNoneMatch } from "../http/preconditions.ts";
import type { ManifestRoute } from "../http/route.ts";
import type { RegistryResponse } from "../registry-handler.ts";
import type { Exchange, Registry } from "./exchange.ts";
import { waitForImage } from "./wait-for-image.ts";

/** `GET|HEAD /v2/<name>/manifests/<reference>` (distribution-spec, end-3). */
export async function serveManifest(
  registry: Registry,
  exchange: Exchange,
  { name, reference }: ManifestRoute,
): Promise<RegistryResponse> {
  if (reference.includes(":")) {
    return await serveByDigest(registry, exchange, reference);
  }
  if (!isTag(reference)) {
    return unknownManifest(
      `Invalid tag ${quote(reference)}. Use up to 128 letters, digits, ".", "_" and "-".`,
    );
  }
  const format = negotiateFormat(exchange.header("accept"));
  return await serveByTag(registry, exchange, { name, tag: reference, format });
}

/** Blobs of other types, such as layers, are not found here. */
const manifestTypes: ReadonlySet<string> = new Set([
  ociMediaTypes.manifest,
  ociMediaTypes.index,
  dockerMediaTypes.manifest,
  dockerMediaTypes.index,
]);

async function serveByDigest(
  { content }: Registry,
  exchange: Exchange,
  reference: string,
): Promise<RegistryResponse> {
  if (!isDigest(reference)) {
    return digestAlgorithm(reference) === undefined
      ? invalidDigest(reference)
      : unknownDigest(reference);
  }
  const { signal } = exchange;
  const manifest = await content.readDocument(reference, { mediaTypes: manifestTypes, signal });
  return manifest === undefined
    ? unknownDigest(reference)
    : manifestResponse(exchange, manifest.descriptor, digestHeaders(reference), manifest.bytes);
}

async function serveByTag(
  registry: Registry,
  exchange: Exchange,
  request: ImageRequest,
): Promise<RegistryResponse> {
  const result = await waitForImage(registry, exchange, request);
  if (result === undefined) {
    return unavailableResponse(
      `The image ${quote(request.name)} is still being built. Pull it again to wait for it.`,
    );
  }
  return result.kind === "found"
    ? await serveFound(registry, exchange, result.manifest)
    : refuse(result);
}

async function serveFound(
  { content }: Registry,
  exchange: Exchange,
  descriptor: Descriptor,
): Promise<RegistryResponse> {
  const { digest } = descriptor;
  const { method, signal } = exchange;
  if (method === "HEAD") {
    return manifestResponse(exchange, descriptor, tagHeaders(digest));
  }
  const manifest = await content.readDocument(digest, { mediaTypes: manifestTypes, signal });
  return manifest === undefined
    ? unavailableResponse("The image was removed a moment ago. Pull it again to rebuild it.")
    : manifestResponse(exchange, descriptor, tagHeaders(digest), manifest.bytes);
}

function manifestResponse(
  exchange: Exchange,
  { mediaType, size }: Descriptor,
  headers: ContentHeaders,
  body?: Uint8Array,
): RegistryResponse {
  if (isNoneMatch(exchange.header("if-none-match"), headers.ETag)) {
    return { status: 304, headers };
  }
  return {
    status: 200,
    headers: { "Content-Type": mediaType, "Content-Length": String(size), ...headers },
    body,
  };
}

function refuse(refusal: Refusal): RegistryResponse {
  const { message } = refusal;
  switch (refusal.kind) {
    case "invalid-name":
      return errorResponse(400, { code: "NAME_INVALID", message, detail: refusal.detail });
    case "unknown":
      return unknownManifest(message, refusal.detail);
    case "unavailable":
      return unavailableResponse(message, refusal.retryAfter);
  }
}

function unknownDigest(digest: string): RegistryResponse {
  return unknownManifest(`Manifest ${digest} not found. Pull the image by its tag.`);
}

function unknownManifest(message: string, detail?: unknown): RegistryResponse {
  return errorResponse(404, { code: "MANIFEST_UNKNOWN", message, detail });
}
