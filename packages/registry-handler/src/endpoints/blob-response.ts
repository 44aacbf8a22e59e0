import type { BlobInfo, Content } from "@nixery/content";
import type { Digest } from "@nixery/manifest";
import type { ByteRange } from "@nixery/storage";
import { digestHeaders } from "../http/content-headers.ts";
import type { RegistryResponse } from "../registry-handler.ts";
import type { Exchange } from "./exchange.ts";

/** Media types that no browser renders. Clients use those of the manifest. */
const inertType = /^application\/vnd\.[\w.+-]+$/;

/** Headers of a response with `length` bytes of the blob. */
export function blobHeaders(
  { digest, mediaType }: BlobInfo,
  length: number,
): Readonly<Record<string, string>> {
  return {
    "Content-Type": inertType.test(mediaType) ? mediaType : "application/octet-stream",
    "Content-Length": String(length),
    "Accept-Ranges": "bytes",
    ...digestHeaders(digest),
  };
}

/** Streams a blob, or the part of it in `range`; `undefined` when there is no such blob. */
export async function streamBlob(
  content: Content,
  exchange: Exchange,
  digest: Digest,
  range?: Required<ByteRange>,
): Promise<RegistryResponse | undefined> {
  const opened = await content.open(digest, { signal: exchange.signal, range });
  if (opened === undefined) {
    return undefined;
  }
  const { info, body } = opened;
  const { start, end = info.size - 1 } = range ?? { start: 0 };
  const length = end - start + 1;
  const exact = exactBody(body, length, (error) => exchange.onFailure("body", error));
  const headers = blobHeaders(info, length);
  return range === undefined
    ? { status: 200, headers, body: exact }
    : {
        status: 206,
        headers: { ...headers, "Content-Range": `bytes ${start}-${end}/${info.size}` },
        body: exact,
      };
}

/**
 * The chunks of `body`, which must have `size` bytes in all: a client relies on the announced length,
 * so a body that is shorter or longer must fail rather than end.
 */
async function* exactBody(
  body: AsyncIterable<Uint8Array>,
  size: number,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0;
  try {
    for await (const chunk of body) {
      sent += chunk.length;
      if (sent > size) {
        throw new RangeError(`The storage returned more than ${size} bytes.`);
      }
      yield chunk;
    }
    if (sent < size) {
      throw new RangeError(`The storage returned ${sent} of ${size} bytes.`);
    }
  } catch (error) {
    onError(error);
    throw error;
  }
}
