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
import {
  assertBucket,
  dateOf,
  lookUp,
  type ObjectContext,
  objectPath,
  typeOf,
} from "./gcs-object.ts";
import type { HttpResponse } from "./http-exchange.ts";

/**
 * Opens an object, or the part of it that `range` selects. After a broken connection the body goes
 * on with the same version of the object. The body of a whole object fails at its end when its
 * checksum differs from the one that the service stores.
 */
export async function readObject(
  context: ObjectContext,
  range: ByteRange | undefined,
): Promise<ReadResult | undefined> {
  const { client, operation, signal } = context;
  const refuse = (): Promise<undefined> =>
    refuseRange(range, operation, async () => (await lookUp(context))?.info);
  if (range !== undefined && !isAskable(range)) {
    return await refuse();
  }
  const request = requestOf(context, range);
  let response = await client.send(request);
  if (response.status === 416) {
    response.close();
    return await refuse();
  }
  if (response.status === 404) {
    assertBucket(await readText(response), operation);
    return undefined;
  }
  const version = response.header("x-goog-generation");
  const info = {
    key: operation.key,
    size: sizeOfWhole(response.header("content-range"), response.header("content-length")),
    contentType: typeOf(response.header("content-type")),
    modified: dateOf(response.header("last-modified")),
    version,
  };
  const { start, length } = resolveRange(range, info, operation.backend);
  const resumed = resumeBody({
    first: response.body,
    length,
    async open(offset) {
      const rest = { start: start + offset, end: start + length - 1 };
      response = await client.send({ ...requestOf(context, rest, version), accept: [206] });
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

function md5Of(response: HttpResponse): string | undefined {
  return /(?:^|,)\s*md5=([^,]+)/.exec(response.header("x-goog-hash") ?? "")?.[1];
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
      message: `The bytes of ${key} from ${backend} differ from their checksum. Read it again.`,
    });
  }
}
