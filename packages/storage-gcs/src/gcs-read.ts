import { createHash } from "node:crypto";
import {
  abortable,
  type ByteRange,
  type ReadResult,
  resolveRange,
  StorageError,
} from "@nixery/storage";
import {
  isAskable,
  type Operation,
  rangeHeader,
  refuseRange,
  resumeBody,
  sizeOfWhole,
} from "@nixery/storage/remote";
import { type GcsRequest, readText } from "./gcs-client.ts";
import { assertBucket, lookUp, type ObjectContext, objectPath } from "./gcs-object.ts";
import type { HttpResponse } from "./http-exchange.ts";

/**
 * Opens an object, or the part of it that `range` means. The body goes on after a broken connection
 * with the same version of the object, and that of a whole object fails at its end when its
 * checksum is not the one the service keeps.
 */
export async function readObject(
  context: ObjectContext,
  range: ByteRange | undefined,
): Promise<ReadResult | undefined> {
  const { client, operation, signal } = context;
  if (range !== undefined && !isAskable(range)) {
    return refuseRange(range, operation, () => lookUp(context));
  }
  const request = requestOf(context, range);
  let response = await client.send(request);
  if (response.status === 416) {
    response.close();
    return refuseRange(range, operation, () => lookUp(context));
  }
  if (response.status === 404) {
    assertBucket(await readText(response), operation);
    return undefined;
  }
  const info = {
    key: operation.key,
    size: sizeOfWhole(response.header("content-range"), response.header("content-length")),
    contentType: response.header("content-type") ?? "application/octet-stream",
  };
  const { start, length } = resolveRange(range, info, operation.backend);
  const generation = response.header("x-goog-generation");
  const resumed = resumeBody({
    first: response.body,
    length,
    async open(offset) {
      const rest = { start: start + offset, end: start + length - 1 };
      response = await client.send({
        ...requestOf(context, rest, generation),
        accept: [206],
      });
      return response.body;
    },
    recover: (error, failures) => client.recover(error, failures, request),
  });
  const md5 = range === undefined ? md5Of(response) : undefined;
  const body = md5 === undefined ? resumed : checked(resumed, md5, operation);
  return { info, body: abortable(body, { signal, close: () => response.close() }) };
}

function requestOf(
  { client, operation, objectName, signal }: ObjectContext,
  range: ByteRange | undefined,
  generation?: string,
): GcsRequest {
  return {
    operation,
    method: "GET",
    url: client.url(objectPath(objectName), { alt: "media", generation }),
    headers: {
      // The bytes as they are stored.
      "accept-encoding": "identity",
      ...(range === undefined ? {} : { range: rangeHeader(range) }),
    },
    accept: range === undefined ? [200, 404] : [206, 404, 416],
    signal,
  };
}

function md5Of({ header }: HttpResponse): string | undefined {
  return /(?:^|,)\s*md5=([^,]+)/.exec(header("x-goog-hash") ?? "")?.[1];
}

async function* checked(
  body: AsyncIterable<Uint8Array>,
  md5: string,
  { backend, key }: Operation,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("md5");
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("base64") !== md5) {
    throw new StorageError("ERR_STORAGE_CORRUPT", {
      backend,
      key,
      message: `${backend} sent other bytes for ${key} than it keeps; read it again`,
    });
  }
}
