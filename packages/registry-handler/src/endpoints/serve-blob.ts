import type { Digest } from "@nixery/manifest";
import { layerKey, type ObjectInfo } from "@nixery/storage";
import { digestHeaders } from "./content-headers.ts";
import { entityTag, isNoneMatch } from "./entity-tag.ts";
import { errorResponse, quote } from "./error-response.ts";
import { exactBody } from "./exact-body.ts";
import { readDigest } from "./grammar.ts";
import { type ResolvedRange, resolveRange } from "./range.ts";
import { headerOf, type RegistryResponse } from "./registry-handler.ts";
import type { Exchange, Registry } from "./registry.ts";

/** `GET|HEAD /v2/<name>/blobs/<digest>` (distribution-spec, end-2). */
export async function serveBlob(
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
  if (read === "unknown") {
    return unknownBlob(reference);
  }
  const response = isPlain(registry, exchange)
    ? await streamWhole(registry, exchange, read.digest)
    : await serveKnown(registry, exchange, read.digest);
  return response ?? unknownBlob(reference);
}

/** Whether opening the object answers everything there is to know. */
function isPlain(registry: Registry, { isHead, request }: Exchange): boolean {
  const { range, "if-none-match": condition } = request.headers;
  return (
    !isHead &&
    range === undefined &&
    condition === undefined &&
    registry.storage.redirect === undefined
  );
}

async function serveKnown(
  registry: Registry,
  exchange: Exchange,
  digest: Digest,
): Promise<RegistryResponse | undefined> {
  const { request, isHead, signal } = exchange;
  const info = await registry.storage.stat(keyOf(digest), { signal });
  if (info === undefined) {
    return undefined;
  }
  if (isNoneMatch(headerOf(request, "if-none-match"), entityTag(digest))) {
    return { status: 304, headers: digestHeaders(digest) };
  }
  if (isHead) {
    return { status: 200, headers: blobHeaders(digest, info, info.size) };
  }
  const redirect = await redirectTo(registry, exchange, digest);
  if (redirect !== undefined) {
    return redirect;
  }
  const range = resolveRange(rangeHeader(exchange, digest), info.size);
  if (range === undefined) {
    return streamWhole(registry, exchange, digest);
  }
  return range === "unsatisfiable"
    ? unsatisfiable(info.size)
    : streamPart(registry, exchange, digest, range);
}

/** A part is only of use to a client that has the rest of the same blob (RFC 9110, 13.1.5). */
function rangeHeader({ request }: Exchange, digest: Digest): string | undefined {
  const condition = headerOf(request, "if-range");
  const isSame = condition === undefined || condition.trim() === entityTag(digest);
  return isSame ? headerOf(request, "range") : undefined;
}

async function redirectTo(
  { storage }: Registry,
  { signal }: Exchange,
  digest: Digest,
): Promise<RegistryResponse | undefined> {
  const target = await storage.redirect?.(keyOf(digest), { signal, method: "GET" });
  if (target === undefined) {
    return undefined;
  }
  return {
    status: 307,
    headers: {
      ...digestHeaders(digest),
      Location: target.url.href,
      "Content-Length": "0",
      "Cache-Control": "no-store",
    },
  };
}

async function streamWhole(
  { storage }: Registry,
  { signal, onBodyError }: Exchange,
  digest: Digest,
): Promise<RegistryResponse | undefined> {
  const found = await storage.read(keyOf(digest), { signal });
  if (found === undefined) {
    return undefined;
  }
  const { info, body } = found;
  return {
    status: 200,
    headers: blobHeaders(digest, info, info.size),
    body: exactBody(body, info.size, onBodyError),
  };
}

async function streamPart(
  { storage }: Registry,
  { signal, onBodyError }: Exchange,
  digest: Digest,
  range: ResolvedRange,
): Promise<RegistryResponse | undefined> {
  const found = await storage.read(keyOf(digest), { signal, range });
  if (found === undefined) {
    return undefined;
  }
  const { info, body } = found;
  const length = range.end - range.start + 1;
  return {
    status: 206,
    headers: {
      ...blobHeaders(digest, info, length),
      "Content-Range": `bytes ${range.start}-${range.end}/${info.size}`,
    },
    body: exactBody(body, length, onBodyError),
  };
}

/** Clients go by the manifest, and a browser must not take a blob for a page. */
const inertType = /^application\/vnd\.[\w.+-]+$/;

function blobHeaders(
  digest: Digest,
  { contentType }: ObjectInfo,
  length: number,
): Readonly<Record<string, string>> {
  return {
    "Content-Type": inertType.test(contentType) ? contentType : "application/octet-stream",
    "Content-Length": String(length),
    "Accept-Ranges": "bytes",
    ...digestHeaders(digest),
  };
}

function unsatisfiable(size: number): RegistryResponse {
  return errorResponse(
    416,
    { code: "UNSUPPORTED", message: `The blob has ${size} bytes; ask for a range of these.` },
    { "Content-Range": `bytes */${size}`, "Accept-Ranges": "bytes" },
  );
}

function unknownBlob(digest: string): RegistryResponse {
  return errorResponse(404, {
    code: "BLOB_UNKNOWN",
    message: `No blob has the digest ${digest}; pull the image again by its tag.`,
  });
}

function keyOf(digest: Digest): string {
  return layerKey(digest.slice("sha256:".length));
}
