import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { assertKey, type Storage } from "@nixery/storage";
import type { Operation } from "@nixery/storage/remote";
import { listObjects } from "./s3-list.ts";
import { moveObject, removeObject } from "./s3-move.ts";
import { lookUp, type ObjectContext } from "./s3-object.ts";
import { readObject } from "./s3-read.ts";
import { writeObject } from "./s3-write.ts";
import { clientAt, publicUrl, signUrl } from "./signed-url.ts";

export interface S3StorageOptions {
  /** Name of the bucket. */
  readonly bucket: string;
  /**
   * A client of the AWS SDK to use as it is, with its own limits of time.
   * @defaultValue a new one with `clientOptions`
   */
  readonly client?: S3Client | undefined;
  /**
   * For a client of the backend's own: region, endpoint, credentials and all else that the SDK's
   * client takes. With an `endpoint`, `forcePathStyle` is true unless it says otherwise.
   * @defaultValue the SDK's usual environment variables and files
   */
  readonly clientOptions?: S3ClientConfig | undefined;
  /**
   * Folder of the bucket in which everything is kept, without slashes at its ends.
   * @defaultValue `""`: the bucket itself
   */
  readonly prefix?: string | undefined;
  /**
   * How clients may fetch objects themselves. `signed`: by presigned URLs. `public`: by plain URLs,
   * for a bucket that everyone may read. `never`: not at all; the backend has no `redirect` then.
   * @defaultValue `"signed"`
   */
  readonly redirect?: "signed" | "public" | "never" | undefined;
  /**
   * Where clients reach the service, when that is not where this process reaches it.
   * @defaultValue the client's own endpoint
   */
  readonly redirectEndpoint?: URL | string | undefined;
  /**
   * How long a signed URL is valid, in seconds; at most 604,800 (a week).
   * @defaultValue 300
   */
  readonly signedUrlLifetime?: number | undefined;
  /**
   * In bytes, at least 5 MiB: objects from this size on are uploaded in parts, of which a write
   * holds `parallelParts` and one more. S3 takes 10,000 parts, so it bounds an object to 78 GiB.
   * @defaultValue 8,388,608 (8 MiB)
   */
  readonly partSize?: number | undefined;
  /**
   * How many parts of one object are under way at once.
   * @defaultValue 3
   */
  readonly parallelParts?: number | undefined;
  /**
   * In bytes, 5 MiB to 5 GiB: objects larger than this are moved in parts of this size.
   * @defaultValue 536,870,912 (512 MiB)
   */
  readonly copyPartSize?: number | undefined;
  /**
   * In milliseconds: how long a connection of the backend's own client may stand still.
   * @defaultValue 30,000
   */
  readonly idleTimeout?: number | undefined;
}

const mebibyte = 1024 * 1024;

/** More than the SDK's 50: every blob that is streamed to a slow reader holds a connection. */
const maxSockets = 1000;

/**
 * A backend that keeps objects in a bucket of S3, or of a server that speaks its protocol. Requests
 * are retried as the client is set to. Rejects with `StorageError`; throws a `RangeError` for
 * options that cannot be.
 */
export function createS3Storage(options: S3StorageOptions): Storage {
  const { bucket, redirect = "signed", signedUrlLifetime = 300 } = options;
  const { partSize = 8 * mebibyte, parallelParts = 3, copyPartSize = 512 * mebibyte } = options;
  assertWithin("signedUrlLifetime", signedUrlLifetime, 1, 604_800);
  assertWithin("partSize", partSize, 5 * mebibyte, 5120 * mebibyte);
  assertWithin("copyPartSize", copyPartSize, 5 * mebibyte, 5120 * mebibyte);
  assertWithin("parallelParts", parallelParts, 1, 1000);
  const folder = (options.prefix ?? "").replaceAll(/^\/+|\/+$/g, "");
  const keyPrefix = folder === "" ? "" : `${folder}/`;
  const name = `s3:${bucket}${folder === "" ? "" : `/${folder}`}`;
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

  const storage: Storage = {
    name,
    async write(key, source, { contentType, signal }) {
      const context = contextOf("write", key, signal);
      const upload = { ...context, contentType, parallelParts, fromHere: true };
      return writeObject(upload, source, partSize);
    },
    async read(key, { range, signal } = {}) {
      return readObject(contextOf("read", key, signal), range);
    },
    async stat(key, { signal } = {}) {
      const object = await lookUp(contextOf("look up", key, signal));
      return object && { key, size: object.size, contentType: object.contentType };
    },
    async move(from, to, { signal } = {}) {
      const context = contextOf("move", from, signal);
      assertKey(to, name);
      const toObjectKey = keyPrefix + to;
      await moveObject({ ...context, toKey: to, toObjectKey, copyPartSize, parallelParts });
    },
    async remove(key, { signal } = {}) {
      await removeObject(contextOf("remove", key, signal));
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
    options.redirectEndpoint === undefined
      ? client
      : clientAt(client, new URL(options.redirectEndpoint));
  return {
    ...storage,
    async redirect(key, { method = "GET", signal } = {}) {
      const context = { ...contextOf("sign a URL for", key, signal), client: signer };
      return redirect === "public"
        ? publicUrl(context)
        : signUrl(context, method, Math.floor(signedUrlLifetime));
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

function assertWithin(option: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`${option} must be ${least} to ${most}, not ${value}`);
  }
}
