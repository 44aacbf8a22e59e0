import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { keyPattern, type ObjectInfo } from "@nixery/storage";
import { lookUp, type S3Context, send } from "./s3-object.ts";

/** Look-ups at the same time. */
const parallelLookUps = 16;

/**
 * Objects whose key starts with `prefix`, in the service's order, which is that of the keys. A
 * listing has no content types, so each object is looked up; one that is gone by then is left out.
 */
export async function* listObjects(
  context: S3Context,
  keyPrefix: string,
  prefix: string,
): AsyncGenerator<ObjectInfo, void, undefined> {
  const { client, bucket, signal } = context;
  let token: string | undefined;
  do {
    const page = await send(context, (options) =>
      client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: keyPrefix + prefix,
          ContinuationToken: token,
        }),
        options,
      ),
    );
    const keys = (page.Contents ?? [])
      .map(({ Key = "" }) => Key.slice(keyPrefix.length))
      // A bucket may contain objects of others.
      .filter((key) => keyPattern.test(key));
    for (let index = 0; index < keys.length; index += parallelLookUps) {
      const some = keys.slice(index, index + parallelLookUps);
      for (const object of await Promise.all(some.map((key) => find(context, keyPrefix, key)))) {
        signal?.throwIfAborted();
        if (object !== undefined) {
          yield object.info;
        }
      }
    }
    token = page.NextContinuationToken;
  } while (token !== undefined && token !== "");
}

function find(context: S3Context, keyPrefix: string, key: string): ReturnType<typeof lookUp> {
  return lookUp({
    ...context,
    operation: { ...context.operation, key },
    objectKey: keyPrefix + key,
  });
}
