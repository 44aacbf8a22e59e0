import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ObjectInfo } from "@nixery/storage";
import type { Operation } from "@nixery/storage/remote";
import { isMissingObject, toStorageError } from "./s3-error.ts";

/** The service, for one operation. */
export interface S3Context {
  readonly client: S3Client;
  readonly bucket: string;
  readonly operation: Operation;
  readonly signal: AbortSignal | undefined;
}

export interface ObjectContext extends S3Context {
  readonly operation: Operation & { readonly key: string };
  /** Key of the object in the bucket: the backend's prefix and its own key. */
  readonly objectKey: string;
}

/** An object of the service. */
export interface S3Object {
  readonly info: ObjectInfo;
  /** Metadata of its writer, without the header's `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Options of one request. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

/** Sends a request; rejects with a `StorageError`, or with the reason of an abort. */
export async function send<T>(
  context: S3Context,
  request: (options: SendOptions) => Promise<T>,
): Promise<T> {
  const { operation, signal } = context;
  signal?.throwIfAborted();
  try {
    return await request(signal === undefined ? {} : { abortSignal: signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw toStorageError(error, operation);
  }
}

/** The same, with `undefined` for an object that does not exist. */
export async function sendForObject<T>(
  context: S3Context,
  request: (options: SendOptions) => Promise<T>,
): Promise<T | undefined> {
  return await send(context, async (options) => {
    try {
      return await request(options);
    } catch (error) {
      if (isMissingObject(error)) {
        return undefined;
      }
      throw error;
    }
  });
}

/** The object as it is now, or `undefined` when there is none. */
export async function lookUp(context: ObjectContext): Promise<S3Object | undefined> {
  const { client, bucket, objectKey, operation } = context;
  const found = await sendForObject(context, (options) =>
    client.send(new HeadObjectCommand({ Bucket: bucket, Key: objectKey }), options),
  );
  return (
    found && {
      info: infoOf(operation.key, found.ContentLength ?? 0, found),
      metadata: found.Metadata ?? {},
    }
  );
}

/** Headers of a response with an object. */
export interface ObjectHeaders {
  readonly ContentType?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
}

export function infoOf(
  key: string,
  size: number,
  { ContentType, ETag, LastModified }: ObjectHeaders,
): ObjectInfo {
  return {
    key,
    size,
    // The type of an object that was stored without one, by S3's own rule.
    contentType: ContentType ?? "binary/octet-stream",
    // Without a date the object must not seem old: a collection would remove it.
    modified: LastModified ?? new Date(),
    version: ETag,
  };
}
