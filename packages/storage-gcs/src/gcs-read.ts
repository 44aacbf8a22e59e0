import { createHash } from "node:crypto";
import { type ByteRange, type ObjectInfo, StorageError } from "@nixery/storage";
import {
  type ObjectReader,
  type Operation,
  rangeHeader,
  sizeOfWhole,
} from "@nixery/storage/remote";
import { type GcsRequest, readText } from "./gcs-client.ts";
import { assertBucket, dateOf, type ObjectContext, objectPath, typeOf } from "./gcs-object.ts";
import type { HttpResponse } from "./http-exchange.ts";

/** The body of a whole object fails at its end when the service stores another checksum. */
export function readerOf(context: ObjectContext): ObjectReader {
  const { client, operation } = context;
  let md5: string | undefined;
  return {
    async open(range, version) {
      const response = await client.send(requestOf(context, range, version));
      if (response.status === 416) {
        response.close();
        return "unsatisfiable";
      }
      if (response.status === 404) {
        assertBucket(await readText(response), operation);
        return undefined;
      }
      md5 ??= md5Of(response);
      const info = infoOf(operation.key, response);
      return { info, body: response.body, close: () => response.close() };
    },
    recover: (error, failures) => client.recover(error, failures, requestOf(context)),
    check: (body) => (md5 === undefined ? body : checked(body, md5, operation)),
  };
}

function infoOf(key: string, response: HttpResponse): ObjectInfo {
  return {
    key,
    size: sizeOfWhole(response.header("content-range"), response.header("content-length")),
    contentType: typeOf(response.header("content-type")),
    modified: dateOf(response.header("last-modified")),
    version: response.header("x-goog-generation"),
  };
}

function requestOf(
  { client, operation, objectName, signal }: ObjectContext,
  range?: ByteRange,
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
