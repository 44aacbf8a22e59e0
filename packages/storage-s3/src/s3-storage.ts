import { S3Client } from "@aws-sdk/client-s3";
import type { Storage } from "@nixery/storage";
import { createRemoteStorage, locate, type RemoteService } from "@nixery/storage/remote";
import { listObjects } from "./s3-list.ts";
import { moveObject } from "./s3-move.ts";
import { lookUp, type ObjectContext } from "./s3-object.ts";
import { limitsOf, type S3StorageOptions } from "./s3-options.ts";
import { readerOf } from "./s3-read.ts";
import { removeObject, removeVersion } from "./s3-remove.ts";
import { writeObject } from "./s3-write.ts";
import { clientAt, publicUrl, signUrl } from "./signed-url.ts";
import { ifAbsent, ifVersion, type WriteCondition } from "./write-condition.ts";

/** More than the SDK's 50: each blob that is streamed to a slow reader holds a connection. */
const maxSockets = 1000;

/**
 * A backend that stores objects in a bucket of S3, or of a server with its protocol. Requests are
 * retried as the client is configured. Rejects with `StorageError`; throws
 * `ERR_STORAGE_INVALID_OPTION` for invalid options.
 */
export function createS3Storage(options: S3StorageOptions): Storage {
  const { bucket, redirect = "signed", redirectEndpoint } = options;
  const { name, keyPrefix } = locate("s3", bucket, options.prefix);
  const limits = limitsOf(options, name);
  const client = options.client ?? createClient(options);
  const { parallelParts, partSize, signedUrlLifetime } = limits;

  const service: RemoteService<ObjectContext, WriteCondition> = {
    name,
    contextOf: (operation, signal) => ({
      client,
      bucket,
      operation,
      objectKey: keyPrefix + operation.key,
      signal,
    }),
    async write(context, { source, contentType, condition }) {
      const upload = { ...context, contentType, condition, parallelParts, hasChecksums: true };
      return await writeObject(upload, source, partSize);
    },
    ifAbsent,
    ifVersion,
    readerOf,
    lookUp: async (context) => (await lookUp(context))?.info,
    move: async (context, to) =>
      await moveObject({ ...context, ...limits, toKey: to, toObjectKey: keyPrefix + to }),
    remove: removeObject,
    removeVersion,
    list: (prefix, operation, signal) =>
      listObjects({ client, bucket, operation, signal }, keyPrefix, prefix),
  };
  if (redirect === "never") {
    return createRemoteStorage(service);
  }
  const signer =
    redirectEndpoint === undefined ? client : clientAt(client, new URL(redirectEndpoint));
  return createRemoteStorage({
    ...service,
    redirect: async (context) =>
      await (redirect === "public"
        ? publicUrl({ ...context, client: signer })
        : signUrl({ ...context, client: signer }, signedUrlLifetime)),
  });
}

function createClient({ clientOptions, idleTimeout = 30_000 }: S3StorageOptions): S3Client {
  return new S3Client({
    ...(clientOptions?.endpoint === undefined ? {} : { forcePathStyle: true }),
    requestHandler: {
      connectionTimeout: idleTimeout,
      socketTimeout: idleTimeout,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
    ...clientOptions,
  });
}
