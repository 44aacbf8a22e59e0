import type { Descriptor } from "@nixery/manifest";
import { digestHeaders, tagHeaders } from "./content-headers.ts";
import { entityTag, isNoneMatch } from "./entity-tag.ts";
import { errorResponse, quote } from "./error-response.ts";
import { unavailableResponse } from "./failure-response.ts";
import { isTag, readDigest } from "./grammar.ts";
import type { ImageResult } from "./image-source.ts";
import { negotiateFormat } from "./negotiate-format.ts";
import { waitFor } from "./patience.ts";
import { headerOf, type RegistryResponse } from "./registry-handler.ts";
import type { Exchange, Registry } from "./registry.ts";

/** `GET|HEAD /v2/<name>/manifests/<reference>` (distribution-spec, end-3). */
export function serveManifest(
  registry: Registry,
  exchange: Exchange,
  name: string,
  reference: string,
): Promise<RegistryResponse> {
  return reference.includes(":")
    ? serveByDigest(registry, exchange, reference)
    : serveByTag(registry, exchange, name, reference);
}

async function serveByDigest(
  registry: Registry,
  exchange: Exchange,
  reference: string,
): Promise<RegistryResponse> {
  const read = readDigest(reference);
  if (read === "invalid") {
    return errorResponse(400, {
      code: "DIGEST_INVALID",
      message: `${quote(reference)} is not a digest; write sha256: and 64 lowercase hexadecimal digits.`,
    });
  }
  const { signal } = exchange;
  const manifest =
    read === "unknown" ? undefined : await registry.manifests.read(read.digest, { signal });
  if (manifest === undefined) {
    return unknownManifest(`No manifest has the digest ${reference}; pull the image by its tag.`);
  }
  const { descriptor, bytes } = manifest;
  return manifestResponse(exchange, descriptor, digestHeaders(descriptor.digest), bytes);
}

async function serveByTag(
  registry: Registry,
  exchange: Exchange,
  name: string,
  tag: string,
): Promise<RegistryResponse> {
  if (!isTag(tag)) {
    return unknownManifest(
      `${quote(tag)} is not a tag; use up to 128 letters, digits, ".", "_" and "-".`,
    );
  }
  const { request, signal } = exchange;
  const format = negotiateFormat(headerOf(request, "accept"));
  const result = await waitFor(
    registry.images.image({ name, tag, format }, { signal }),
    registry.patienceOf(headerOf(request, "user-agent")),
  );
  if (result === undefined) {
    return unavailableResponse(
      `The image ${quote(name)} is still being built; pull it again to wait for it.`,
    );
  }
  return result.kind === "found" ? serveFound(registry, exchange, result.manifest) : refuse(result);
}

async function serveFound(
  registry: Registry,
  exchange: Exchange,
  descriptor: Descriptor,
): Promise<RegistryResponse> {
  const headers = tagHeaders(descriptor.digest);
  if (exchange.isHead) {
    return manifestResponse(exchange, descriptor, headers);
  }
  const { signal } = exchange;
  const manifest = await registry.manifests.read(descriptor.digest, { signal });
  if (manifest === undefined) {
    return unavailableResponse("The image has just been removed; pull again to have it rebuilt.");
  }
  return manifestResponse(exchange, descriptor, headers, manifest.bytes);
}

function manifestResponse(
  { request }: Exchange,
  { mediaType, digest, size }: Descriptor,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array,
): RegistryResponse {
  if (isNoneMatch(headerOf(request, "if-none-match"), entityTag(digest))) {
    return { status: 304, headers };
  }
  return {
    status: 200,
    headers: { "Content-Type": mediaType, "Content-Length": String(size), ...headers },
    body,
  };
}

function refuse(result: Exclude<ImageResult, { readonly kind: "found" }>): RegistryResponse {
  switch (result.kind) {
    case "invalid-name":
      return errorResponse(400, {
        code: "NAME_INVALID",
        message: result.message,
        detail: result.detail,
      });
    case "unknown":
      return unknownManifest(result.message, result.detail);
    case "unavailable":
      return unavailableResponse(result.message, result.retryAfter);
  }
}

function unknownManifest(message: string, detail?: unknown): RegistryResponse {
  return errorResponse(404, { code: "MANIFEST_UNKNOWN", message, detail });
}
