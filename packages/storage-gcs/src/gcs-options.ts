/// <reference types="node" preserve="true" />
import type { Bucket, StorageOptions } from "@google-cloud/storage";
import { type BucketOptions, invalidOption, signedUrlLifetimeOf } from "@nixery/storage/remote";

export interface GcsStorageOptions extends BucketOptions {
  /**
   * The bucket, or its name. Of a `Bucket` the credentials, the endpoint and the `retryOptions` of
   * its client are used, and its `userProject`.
   */
  readonly bucket: Bucket | string;
  /**
   * For a bucket given by name: the options of the client library's `Storage`.
   * @defaultValue the Application Default Credentials
   */
  readonly clientOptions?: StorageOptions | undefined;
  /**
   * How clients may fetch objects themselves. `signed`: by V4 signed URLs, when the credentials
   * contain a service account's private key. `public`: by plain URLs, for a bucket that is readable
   * without credentials. `never`: the backend has no `redirect`.
   * @defaultValue `"signed"`
   */
  readonly redirect?: "signed" | "public" | "never" | undefined;
  /**
   * In bytes, a multiple of 262,144: a write holds at most two parts of this size. Smaller objects
   * are sent in one request, larger ones in a resumable upload of such parts.
   * @defaultValue 8,388,608 (8 MiB)
   */
  readonly partSize?: number | undefined;
  /**
   * In milliseconds: how long a connection may be idle before the request is retried.
   * @defaultValue 30,000
   */
  readonly idleTimeout?: number | undefined;
}

/** In bytes; parts of a resumable upload are multiples of it. */
const partUnit = 256 * 1024;

/** The numbers of `options` or their defaults; throws `ERR_STORAGE_INVALID_OPTION`. */
export function limitsOf(
  options: GcsStorageOptions,
  backend: string,
): Readonly<Record<"idleTimeout" | "partSize" | "signedUrlLifetime", number>> {
  const { partSize = 8 * 1024 * 1024, idleTimeout = 30_000 } = options;
  if (!Number.isSafeInteger(partSize / partUnit) || partSize < partUnit) {
    throw invalidOption(backend, "partSize", partSize, `a multiple of ${partUnit}`);
  }
  return { partSize, idleTimeout, signedUrlLifetime: signedUrlLifetimeOf(options, backend) };
}
