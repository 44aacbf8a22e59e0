import { type Bucket, Storage as GoogleStorage, type StorageOptions } from "@google-cloud/storage";
import { assertKey, type Storage } from "@nixery/storage";
import { abandonable, type Operation } from "@nixery/storage/remote";
import { createGcsClient } from "./gcs-client.ts";
import { toStorageError } from "./gcs-error.ts";
import { listObjects } from "./gcs-list.ts";
import { moveObject } from "./gcs-move.ts";
import { deleteObject, lookUp, type ObjectContext } from "./gcs-object.ts";
import { readObject } from "./gcs-read.ts";
import { writeObject } from "./gcs-write.ts";
import { createUrlSigner, publicUrl } from "./signed-url.ts";

export interface GcsStorageOptions {
  /**
   * The bucket, or its name. Of a `Bucket` its client's credentials, endpoint and `retryOptions`
   * are used, and its `userProject`.
   */
  readonly bucket: Bucket | string;
  /**
   * For a bucket given by name: what the client library's `Storage` takes.
   * @defaultValue the Application Default Credentials
   */
  readonly clientOptions?: StorageOptions | undefined;
  /**
   * Folder of the bucket in which everything is kept, without slashes at its ends.
   * @defaultValue `""`: the bucket itself
   */
  readonly prefix?: string | undefined;
  /**
   * How clients may fetch objects themselves. `signed`: by V4 signed URLs, when the credentials
   * hold a service account's private key. `public`: by plain URLs, for a bucket that everyone may
   * read. `never`: not at all; the backend has no `redirect` then.
   * @defaultValue `"signed"`
   */
  readonly redirect?: "signed" | "public" | "never" | undefined;
  /**
   * How long a signed URL is valid, in seconds; at most 604,800 (a week).
   * @defaultValue 300
   */
  readonly signedUrlLifetime?: number | undefined;
  /**
   * In bytes: what a write holds at most twice; a multiple of 262,144. Smaller objects go in one
   * request, larger ones in a resumable upload of such parts.
   * @defaultValue 8,388,608 (8 MiB)
   */
  readonly partSize?: number | undefined;
  /**
   * In milliseconds: how long a connection may stand still before the request is tried again.
   * @defaultValue 30,000
   */
  readonly idleTimeout?: number | undefined;
}

/** Parts of a resumable upload are multiples of this many bytes. */
const partUnit = 256 * 1024;

/**
 * A backend that keeps objects in a Cloud Storage bucket. Requests are retried by the client
 * library's rule and bound to object versions, so that a retry changes nothing twice. Rejects with
 * `StorageError`; throws a `RangeError` for options that cannot be.
 */
export function createGcsStorage(options: GcsStorageOptions): Storage {
  const { partSize = 8 * 1024 * 1024, idleTimeout = 30_000, redirect = "signed" } = options;
  const { signedUrlLifetime = 300 } = options;
  if (!Number.isSafeInteger(partSize / partUnit) || partSize < partUnit) {
    throw new RangeError(`partSize must be a multiple of ${partUnit}, not ${partSize}`);
  }
  if (!(signedUrlLifetime >= 1 && signedUrlLifetime <= 604_800)) {
    throw new RangeError(`signedUrlLifetime must be 1 to 604800 s, not ${signedUrlLifetime}`);
  }
  const bucket =
    typeof options.bucket === "string"
      ? new GoogleStorage(options.clientOptions).bucket(options.bucket)
      : options.bucket;
  const folder = (options.prefix ?? "").replaceAll(/^\/+|\/+$/g, "");
  const namePrefix = folder === "" ? "" : `${folder}/`;
  const name = `gcs:${bucket.name}${folder === "" ? "" : `/${folder}`}`;
  const client = createGcsClient(bucket, idleTimeout);

  const contextOf = (
    verb: Operation["verb"],
    key: string,
    signal: AbortSignal | undefined,
  ): ObjectContext => {
    signal?.throwIfAborted();
    assertKey(key, name);
    return {
      client,
      operation: { backend: name, verb, key },
      objectName: namePrefix + key,
      signal,
    };
  };

  const storage: Storage = {
    name,
    async write(key, source, { contentType, signal }) {
      const context = contextOf("write", key, signal);
      return writeObject({ ...context, contentType }, source, partSize);
    },
    async read(key, { range, signal } = {}) {
      return readObject(contextOf("read", key, signal), range);
    },
    async stat(key, { signal } = {}) {
      const object = await lookUp(contextOf("look up", key, signal));
      return object && { key, size: object.size, contentType: object.contentType };
    },
    async move(from, to, { signal } = {}) {
      assertKey(to, name);
      return moveObject(contextOf("move", from, signal), to, namePrefix + to);
    },
    async remove(key, { signal } = {}) {
      return deleteObject(contextOf("remove", key, signal));
    },
    async *list(prefix, { signal } = {}) {
      signal?.throwIfAborted();
      const operation = { backend: name, verb: "list" } as const;
      yield* listObjects({ client, operation, namePrefix, signal }, prefix);
    },
  };
  if (redirect === "never") {
    return storage;
  }
  const signUrl = createUrlSigner(bucket);
  return {
    ...storage,
    async redirect(key, { method = "GET", signal } = {}) {
      const { objectName, operation } = contextOf("sign a URL for", key, signal);
      if (redirect === "public") {
        return { url: publicUrl(bucket, objectName) };
      }
      const now = new Date();
      const lifetime = Math.floor(signedUrlLifetime);
      try {
        const signing = signUrl({ objectName, method, lifetime, now });
        const url = await abandonable(signing, signal);
        // A signature counts from a whole second.
        const start = Math.floor(now.getTime() / 1000);
        return url && { url, expires: new Date((start + lifetime) * 1000) };
      } catch (error) {
        signal?.throwIfAborted();
        throw toStorageError(error, operation);
      }
    },
  };
}
