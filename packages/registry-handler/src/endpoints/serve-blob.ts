import type { BlobInfo, Content } from "@nixery/content";
import { type Digest, digestAlgorithm, isDigest } from "@nixery/manifest";
import { digestHeaders } from "../http/content-headers.ts";
import { errorResponse, invalidDigest } from "../http/error-response.ts";
import { isIfRangeMatch, isNoneMatch } from "../http/preconditions.ts";
import { requestedRange } from "../http/requested-range.ts";
import type { BlobRoute } from "../http/route.ts";
import type { RegistryResponse } from "../registry-handler.ts";
import { blobHeaders, streamBlob } from "./blob-response.ts";
import type { Exchange, Registry } from "./exchange.ts";

/** `GET|HEAD /v2/<name>/blobs/<digest>` (distribution-spec, end-2). */
export async function serveBlob(
  { content }: Registry,
  exchange: Exchange,
  { digest }: BlobRoute,
): Promise<RegistryResponse> {
  if (!isDigest(digest)) {
    return digestAlgorithm(digest) === undefined ? invalidDigest(digest) : unknownBlob(digest);
  }
  return (await serveKnown(content, exchange, digest)) ?? unknownBlob(digest);
}

/** `undefined` when there is no such blob. */
async function serveKnown(
  content: Content,
  exchange: Exchange,
  digest: Digest,
): Promise<RegistryResponse | undefined> {
  if (isPlain(content, exchange)) {
    return await streamBlob(content, exchange, digest);
  }
  const info = await content.stat(digest, { signal: exchange.signal });
  if (info === undefined) {
    return undefined;
  }
  const headers = digestHeaders(digest);
  if (isNoneMatch(exchange.header("if-none-match"), headers.ETag)) {
    return { status: 304, headers };
  }
  if (exchange.method === "HEAD") {
    return { status: 200, headers: blobHeaders(info, info.size) };
  }
  const redirect = await redirectTo(content, exchange, info);
  if (redirect !== undefined) {
    return redirect;
  }
  const isPartial = isIfRangeMatch(exchange.header("if-range"), headers.ETag);
  const range = isPartial ? requestedRange(exchange.header("range"), info.size) : undefined;
  return range === "unsatisfiable"
    ? unsatisfiable(info.size)
    : await streamBlob(content, exchange, digest, range);
}

/** Whether the response depends on nothing but the object itself, so that one read is enough. */
function isPlain(content: Content, exchange: Exchange): boolean {
  return (
    exchange.method === "GET" &&
    exchange.header("range") === undefined &&
    exchange.header("if-none-match") === undefined &&
    content.redirect === undefined
  );
}

async function redirectTo(
  content: Content,
  { signal }: Exchange,
  info: BlobInfo,
): Promise<RegistryResponse | undefined> {
  const target = await content.redirect?.(info, { signal });
  if (target === undefined) {
    return undefined;
  }
  return {
    status: 307,
    headers: {
      ...digestHeaders(info.digest),
      Location: target.url.href,
      "Content-Length": "0",
      "Cache-Control": "no-store",
    },
  };
}

function unsatisfiable(size: number): RegistryResponse {
  const message = `The range is outside the blob, which has ${size} bytes. Request a range inside it.`;
  return errorResponse(
    416,
    { code: "UNSUPPORTED", message },
    { "Content-Range": `bytes */${size}`, "Accept-Ranges": "bytes" },
  );
}

function unknownBlob(digest: string): RegistryResponse {
  return errorResponse(404, {
    code: "BLOB_UNKNOWN",
    message: `Blob ${digest} not found. Pull the image again by its tag.`,
  });
}
