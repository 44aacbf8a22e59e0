import { S3Client } from "@aws-sdk/client-s3";
import { assertKey, type Storage, type WrittenObject } from "@nixery/storage";
import { ifConditionHolds, locate, type Operation } from "@nixery/storage/remote";
import { listObjects } from "./s3-list.ts";
import { moveObject } from "./s3-move.ts";
import { lookUp, type ObjectContext } from "./s3-object.ts";
import { limitsOf, type S3StorageOptions } from "./s3-options.ts";
import { readObject } from "./s3-read.ts";
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

  const contextOf = (
    verb: Operation["verb"],
    key: string,
    signal: AbortSignal | undefined,
  ): ObjectContext => {
    signal?.throwIfAborted();
    assertKey(key, name);
    const operation = { backend: name, verb, key };
    return { client, bucket, operation, objectKey: keyPrefix + key, signal };
  };
  const write = async (
    context: ObjectContext,
    source: AsyncIterable<Uint8Array>,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<WrittenObject> => {
    const { parallelParts, partSize } = limits;
    const upload = { ...context, contentType, condition, parallelParts, hasChecksums: true };
    return await writeObject(upload, source, partSize);
  };

  const storage: Storage = {
    name,
    async write(key, source, { contentType, signal }) {
      return await write(contextOf("write", key, signal), source, contentType);
    },
    async create(key, source, { contentType, signal }) {
      const context = contextOf("create", key, signal);
      return await ifConditionHolds(write(context, source, contentType, ifAbsent()));
    },
    async replace(key, version, source, { contentType, signal }) {
      const context = contextOf("replace", key, signal);
      const condition = ifVersion(version);
      return condition && (await ifConditionHolds(write(context, source, contentType, condition)));
    },
    async read(key, { range, signal } = {}) {
      return await readObject(contextOf("read", key, signal), range);
    },
    async stat(key, { signal } = {}) {
      return (await lookUp(contextOf("look up", key, signal)))?.info;
    },
    async move(from, to, { signal } = {}) {
      const context = contextOf("move", from, signal);
      assertKey(to, name);
      await moveObject({ ...context, ...limits, toKey: to, toObjectKey: keyPrefix + to });
    },
    async remove(key, { signal } = {}) {
      await removeObject(contextOf("remove", key, signal));
    },
    async removeVersion(key, version, { signal } = {}) {
      return await removeVersion(contextOf("remove", key, signal), version);
    },
    async *list(prefix, { signal } = {}) {
      const operation = { backend: name, verb: "list" } as const;
      yield* listObjects({ client, bucket, operation, signal }, keyPrefix, prefix);
    },
  };
  if (redirect === "never") {
    return storage;
  }
  const signer =
    redirectEndpoint === undefined ? client : clientAt(client, new URL(redirectEndpoint));
  return {
    ...storage,
    async redirect(key, { signal } = {}) {
      const context = { ...contextOf("sign a URL for", key, signal), client: signer };
      return await (redirect === "public"
        ? publicUrl(context)
        : signUrl(context, limits.signedUrlLifetime));
    },
  };
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
