import { Readable } from "node:stream";
import { GetObjectCommand, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { ByteRange } from "@nixery/storage";
import {
  type ObjectReader,
  type OpenedObject,
  rangeHeader,
  recover,
  sizeOfWhole,
  streamChunks,
} from "@nixery/storage/remote";
import { isFailedCondition, statusOf, toStorageError } from "./s3-error.ts";
import { infoOf, type ObjectContext, sendForObject } from "./s3-object.ts";

/** The client checks the body of a whole object where the service stores its checksum. */
export function readerOf(context: ObjectContext): ObjectReader {
  const { client, operation, signal } = context;
  return {
    open: async (range, version) =>
      await sendForObject(context, async (options) => {
        try {
          const output = await client.send(requestOf(context, range, version), options);
          return opened(operation.key, output);
        } catch (error) {
          if (statusOf(error) === 416) {
            return "unsatisfiable";
          }
          throw error;
        }
      }),
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
  };
}

function opened(key: string, output: GetObjectCommandOutput): OpenedObject {
  const body = bodyOf(output);
  return {
    info: infoOf(key, sizeOfWhole(output.ContentRange, output.ContentLength), output),
    body: streamChunks(body),
    close: () => body.destroy(),
  };
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
