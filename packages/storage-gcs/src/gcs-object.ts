import type { ObjectInfo } from "@nixery/storage";
import type { Operation } from "@nixery/storage/remote";
import { type Fields, stringOf } from "./fields.ts";
import type { GcsClient } from "./gcs-client.ts";
import { ServiceError, toStorageError } from "./gcs-error.ts";

/** What a request needs to know besides its own matter. */
export interface ObjectContext {
  readonly client: GcsClient;
  readonly operation: Operation & { readonly key: string };
  /** Name of the object in the bucket: the key below the backend's prefix. */
  readonly objectName: string;
  readonly signal: AbortSignal | undefined;
}

/** An object of the service, so far as the backend has a use for it. */
export interface GcsObject extends ObjectInfo {
  /** Number of this version of the object; another one has another number. */
  readonly generation: string;
  /** Base64; absent from composite objects, which this backend does not make. */
  readonly md5: string | undefined;
}

/** Fields of the API's object resource that {@link parseObject} reads. */
export const objectFields = "name,size,contentType,generation,md5Hash";

/** The API's path to an object. */
export function objectPath(objectName: string): string {
  return `o/${encodeURIComponent(objectName)}`;
}

/** Reads an object resource of the JSON API. */
export function parseObject(key: string, resource: Fields): GcsObject {
  return {
    key,
    // The API writes 64-bit numbers as strings.
    size: Number(resource["size"]),
    contentType: stringOf(resource["contentType"]) ?? "application/octet-stream",
    generation: stringOf(resource["generation"]) ?? "",
    md5: stringOf(resource["md5Hash"]),
  };
}

/** The object as it is now, or `undefined` when there is none. */
export async function lookUp(context: ObjectContext): Promise<GcsObject | undefined> {
  const { client, operation, objectName, signal } = context;
  const answer = await client.text({
    operation,
    method: "GET",
    url: client.url(objectPath(objectName), { fields: objectFields }),
    accept: [200, 404],
    signal,
  });
  if (answer.status === 404) {
    assertBucket(answer.text, operation);
    return undefined;
  }
  return parseObject(operation.key, answer.fields());
}

/** Tells a 404 for the object, which is an answer, from one for the bucket, which is a mistake. */
export function assertBucket(text: string, operation: Operation): void {
  const error = new ServiceError(404, text);
  if (/\bbucket\b.*\bnot\b.*\bexist/i.test(error.message)) {
    throw toStorageError(error, operation);
  }
}

/** Deletes the object, or only version `generation` of it; it may be gone already. */
export async function deleteObject(context: ObjectContext, generation?: string): Promise<void> {
  const { client, operation, objectName, signal } = context;
  const { status, text } = await client.text({
    operation,
    method: "DELETE",
    url: client.url(objectPath(objectName), { ifGenerationMatch: generation }),
    accept: [200, 204, 404, 412],
    signal,
  });
  if (status === 404) {
    assertBucket(text, operation);
  }
}
