import { Readable } from "node:stream";
import { GetObjectCommand, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { abortable, type ByteRange, type ReadResult, resolveRange } from "@nixery/storage";
import {
  isAskable,
  rangeHeader,
  recover,
  refuseRange,
  resumeBody,
  sizeOfWhole,
  streamChunks,
} from "@nixery/storage/remote";
import { isFailedCondition, statusOf, toStorageError } from "./s3-error.ts";
import { infoOf, lookUp, type ObjectContext, send, sendForObject } from "./s3-object.ts";

/** The range does not start inside the object. */
const unsatisfiable = Symbol("unsatisfiable");

/**
 * Opens an object, or the part of it that `range` selects. After a broken connection the body goes
 * on with the same version of the object. The client checks the body of a whole object where the
 * service stores its checksum.
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
  const opened = await sendForObject(context, async (options) => {
    try {
      return await client.send(requestOf(context, range), options);
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
    return await refuse();
  }
  const info = infoOf(
    operation.key,
    sizeOfWhole(opened.ContentRange, opened.ContentLength),
    opened,
  );
  let body = bodyOf(opened);
  const { start, length } = resolveRange(range, info, operation.backend);
  const resumed = resumeBody({
    first: streamChunks(body),
    length,
    async open(offset) {
      const rest = { start: start + offset, end: start + length - 1 };
      const again = await send(context, (options) =>
        client.send(requestOf(context, rest, opened.ETag), options),
      );
      body = bodyOf(again);
      return streamChunks(body);
    },
    async recover(error, failures) {
      const failure = toStorageError(error, operation);
      await recover({
        failure,
        isWorthwhile:
          failure.code === "ERR_STORAGE_UNAVAILABLE" &&
          // Another version has replaced the object.
          !isFailedCondition(failure.cause) &&
          failures < (await client.config.maxAttempts()),
        // The SDK's own delays.
        maxDelay: 100 * 2 ** failures,
        signal,
      });
    },
  });
  return { info, body: abortable(resumed, { signal, close: () => body.destroy() }) };
}

function requestOf(
  { bucket, objectKey }: ObjectContext,
  range: ByteRange | undefined,
  version?: string,
): GetObjectCommand {
  return new GetObjectCommand({
    Bucket: bucket,
    Key: objectKey,
    Range: range && rangeHeader(range),
    IfMatch: version,
  });
}

function bodyOf({ Body: body }: GetObjectCommandOutput): Readable {
  // The SDK's handler for Node returns nothing else, and a replacement has to do the same.
  return body instanceof Readable ? body : Readable.from([]);
}
