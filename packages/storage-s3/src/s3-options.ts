/// <reference types="node" preserve="true" />
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { assertWithin, type BucketOptions, signedUrlLifetimeOf } from "@nixery/storage/remote";

export interface S3StorageOptions extends BucketOptions {
  /** Name of the bucket. */
  readonly bucket: string;
  /**
   * A client of the AWS SDK, used as it is, with its own time limits.
   * @defaultValue a new one with `clientOptions`
   */
  readonly client?: S3Client | undefined;
  /**
   * For the backend's own client: region, endpoint, credentials and everything else that the SDK's
   * client takes. With an `endpoint`, `forcePathStyle` is true unless set.
   * @defaultValue the SDK's usual environment variables and files
   */
  readonly clientOptions?: S3ClientConfig | undefined;
  /**
   * How clients may fetch objects themselves. `signed`: by presigned URLs. `public`: by plain URLs,
   * for a bucket that is readable without credentials. `never`: the backend has no `redirect`.
   * @defaultValue `"signed"`
   */
  readonly redirect?: "signed" | "public" | "never" | undefined;
  /**
   * Where clients reach the service, when it differs from where this process reaches it.
   * @defaultValue the client's own endpoint
   */
  readonly redirectEndpoint?: URL | string | undefined;
  /**
   * In bytes, at least 5 MiB: objects from this size on are uploaded in parts, of which a write
   * holds `parallelParts` and one more. S3 takes 10,000 parts, which bounds an object to 78 GiB.
   * @defaultValue 8,388,608 (8 MiB)
   */
  readonly partSize?: number | undefined;
  /**
   * Parts of one object that are transferred at the same time.
   * @defaultValue 3
   */
  readonly parallelParts?: number | undefined;
  /**
   * In bytes, 5 MiB to 5 GiB: objects larger than this are moved in parts of this size.
   * @defaultValue 536,870,912 (512 MiB)
   */
  readonly copyPartSize?: number | undefined;
  /**
   * In milliseconds: how long a connection of the backend's own client may be idle.
   * @defaultValue 30,000
   */
  readonly idleTimeout?: number | undefined;
}

const mebibyte = 1024 * 1024;

/** The numbers of `options` or their defaults; throws `ERR_STORAGE_INVALID_OPTION`. */
export function limitsOf(
  options: S3StorageOptions,
  backend: string,
): Readonly<Record<"copyPartSize" | "parallelParts" | "partSize" | "signedUrlLifetime", number>> {
  const { partSize = 8 * mebibyte, parallelParts = 3, copyPartSize = 512 * mebibyte } = options;
  const partSizes = { min: 5 * mebibyte, max: 5120 * mebibyte };
  assertWithin(backend, "partSize", partSize, partSizes);
  assertWithin(backend, "copyPartSize", copyPartSize, partSizes);
  assertWithin(backend, "parallelParts", parallelParts, { min: 1, max: 1000 });
  const signedUrlLifetime = signedUrlLifetimeOf(options, backend);
  return { partSize, parallelParts, copyPartSize, signedUrlLifetime };
}
