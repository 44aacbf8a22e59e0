import { Readable } from "node:stream";
import { GetObjectCommand, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { abortable, type ByteRange, type ReadResult, resolveRange } from "@nixery/storage";
import {
  backOff,
  isAskable,
  rangeHeader,
  refuseRange,
  resumeBody,
  sizeOfWhole,
  streamChunks,
} from "@nixery/storage/remote";
import { hasName, statusOf, toStorageError } from "./s3-error.ts";
import {
  defaultContentType,
  lookUp,
  type ObjectContext,
  send,
  sendForObject,
} from "./s3-object.ts";

/** Where the range does not begin inside the object. */
const unsatisfiable = Symbol("unsatisfiable");

/**
 * Opens an object, or the part of it that `range` means. The body goes on after a broken connection
 * with the same version of the object; the client checks that of a whole object where the service
 * keeps a checksum of it.
 */
export async function readObject(
  context: ObjectContext,
  range: ByteRange | undefined,
): Promise<ReadResult | undefined> {
  const { operation, signal } = context;
  if (range !== undefined && !isAskable(range)) {
    return refuseRange(range, operation, () => lookUp(context));
  }
  const opened = await sendForObject(context, async (options) => {
    try {
      return await context.client.send(requestOf(context, range), options);
    } catch (error) {
      if (statusOf(error) === 416) {
        return unsatisfiable;
      }
      throw error;
    }
  });
  if (opened === undefined) {
    return undefined;
  }
  if (opened === unsatisfiable) {
    return refuseRange(range, operation, () => lookUp(context));
  }
  const info = {
    key: operation.key,
    size: sizeOfWhole(opened.ContentRange, opened.ContentLength),
    contentType: opened.ContentType ?? defaultContentType,
  };
  let body = bodyOf(opened);
  const { start, length } = resolveRange(range, info, operation.backend);
  const resumed = resumeBody({
    first: streamChunks(body),
    length,
    async open(offset) {
      const rest = { start: start + offset, end: start + length - 1 };
      const again = await send(context, (options) =>
        context.client.send(requestOf(context, rest, opened.ETag), options),
      );
      body = bodyOf(again);
      return streamChunks(body);
    },
    recover: (error, failures) => recover(context, error, failures),
  });
  return { info, body: abortable(resumed, { signal, close: () => body.destroy() }) };
}

function requestOf(
  { bucket, objectKey }: ObjectContext,
  range: ByteRange | undefined,
  etag?: string,
): GetObjectCommand {
  return new GetObjectCommand({
    Bucket: bucket,
    Key: objectKey,
    Range: range && rangeHeader(range),
    IfMatch: etag,
  });
}

function bodyOf({ Body: body }: GetObjectCommandOutput): Readable {
  // Node's handler gives nothing else; another one has to give it too.
  return body instanceof Readable ? body : Readable.from([]);
}

/** Waits before the body goes on, unless that is of no use. */
async function recover(context: ObjectContext, error: unknown, failures: number): Promise<void> {
  const { client, operation, signal } = context;
  signal?.throwIfAborted();
  const failure = toStorageError(error, operation);
  const replaced = hasName(failure.cause, "PreconditionFailed");
  const hopeless = failure.code !== "ERR_STORAGE_UNAVAILABLE" || replaced;
  if (hopeless || failures >= (await client.config.maxAttempts())) {
    throw failure;
  }
  // As the SDK does: by chance, so that clients that failed together do not come back together.
  await backOff(100 * 2 ** failures * Math.random(), signal);
}
