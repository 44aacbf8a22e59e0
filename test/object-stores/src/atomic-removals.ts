import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { isRecord } from "@nixery/kit/is-record";
import { createTurns, type Turns } from "@nixery/kit/turns";

/** Makes clients of one server behave as on S3. */
export interface AtomicRemovals {
  /** Changes `client`, and returns it. */
  addTo(client: S3Client): S3Client;
}

const changes = new Set([
  "CompleteMultipartUploadCommand",
  "CopyObjectCommand",
  "DeleteObjectCommand",
  "PutObjectCommand",
]);

/**
 * A conditional removal is atomic on S3, and fails with 404 when the object is missing. versitygw 1.8
 * compares the version and removes the object in two steps, between which the object may be
 * replaced, and reports success when it is missing. So the clients change an object one after the
 * other, and look it up before a conditional removal.
 */
export function createAtomicRemovals(): AtomicRemovals {
  const turns = new Map<string, Turns>();
  const turnsOf = (object: string): Turns => {
    const known = turns.get(object) ?? createTurns({ maxRunning: 1 });
    turns.set(object, known);
    return known;
  };
  return {
    addTo(client) {
      client.middlewareStack.add(
        (next, { commandName = "" }) =>
          async (args) => {
            if (!changes.has(commandName)) {
              return await next(args);
            }
            const input = isRecord(args.input) ? args.input : {};
            const { Bucket, Key, IfMatch } = input;
            return await turnsOf(`${String(Bucket)}/${String(Key)}`).take(async () => {
              if (commandName === "DeleteObjectCommand" && IfMatch !== undefined) {
                await client.send(
                  new HeadObjectCommand({ Bucket: String(Bucket), Key: String(Key) }),
                );
              }
              return await next(args);
            });
          },
        { step: "initialize", name: "atomicRemovals" },
      );
      return client;
    },
  };
}
