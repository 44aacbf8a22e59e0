import { type Fields, isRecord } from "@nixery/kit/is-record";
import type { ObjectInfo } from "@nixery/storage";
import type { Operation } from "@nixery/storage/remote";
import { stringOf } from "./fields.ts";
import type { GcsClient } from "./gcs-client.ts";
import { ServiceError, toStorageError } from "./gcs-error.ts";

/** An object of the service, for one operation. */
export interface ObjectContext {
  readonly client: GcsClient;
  readonly operation: Operation & { readonly key: string };
  /** Name of the object in the bucket: the key below the backend's prefix. */
  readonly objectName: string;
  readonly signal: AbortSignal | undefined;
}

/** An object of the service. */
export interface GcsObject {
  /** Its version is the object's generation. */
  readonly info: ObjectInfo & { readonly version: string };
  /** Base64; absent from composite objects, which this backend does not make. */
  readonly md5: string | undefined;
  /** Identifies the write that stored the object. */
  readonly writeId: string | undefined;
}

/** The field of an object's own metadata that has the id of its write. */
export const writeIdName = "nixery-write-id";

/** Fields of the API's object resource that {@link parseObject} reads. */
export const objectFields = "name,size,contentType,generation,updated,md5Hash,metadata";

/** The API's path to an object. */
export function objectPath(objectName: string): string {
  return `o/${encodeURIComponent(objectName)}`;
}

/** Reads an object resource of the JSON API. */
export function parseObject(key: string, resource: Fields): GcsObject {
  const { size, contentType, generation, updated, md5Hash, metadata } = resource;
  return {
    info: {
      key,
      // The API has 64-bit numbers as strings.
      size: Number(size),
      contentType: typeOf(stringOf(contentType)),
      modified: dateOf(stringOf(updated)),
      version: stringOf(generation) ?? "",
    },
    md5: stringOf(md5Hash),
    writeId: isRecord(metadata) ? stringOf(metadata[writeIdName]) : undefined,
  };
}

/** The service's own type of an object that was stored without one. */
export function typeOf(contentType: string | undefined): string {
  return contentType ?? "application/octet-stream";
}

/** Without a date the object must not seem old: a collection would remove it. */
export function dateOf(text: string | undefined): Date {
  return text === undefined ? new Date() : new Date(text);
}

/** The object as it is now, or `undefined` when there is none. */
export async function lookUp(context: ObjectContext): Promise<GcsObject | undefined> {
  const { client, operation, objectName, signal } = context;
  const response = await client.text({
    operation,
    method: "GET",
    url: client.url(objectPath(objectName), { fields: objectFields }),
    accept: [200, 404],
    signal,
  });
  if (response.status === 404) {
    assertBucket(response.text, operation);
    return undefined;
  }
  return parseObject(operation.key, response.fields());
}

/** Throws when the 404 with `text` is about the bucket and not the object. */
export function assertBucket(text: string, operation: Operation): void {
  const error = new ServiceError(404, text);
  if (/\bbucket\b.*\bnot\b.*\bexist/i.test(error.message)) {
    throw toStorageError(error, operation);
  }
}
