import { Storage as GoogleStorage } from "@google-cloud/storage";
import type { Storage } from "@nixery/storage";
import { createRemoteStorage, locate, type RemoteService } from "@nixery/storage/remote";
import { createGcsClient } from "./gcs-client.ts";
import { listObjects } from "./gcs-list.ts";
import { moveObject } from "./gcs-move.ts";
import { lookUp, type ObjectContext } from "./gcs-object.ts";
import { type GcsStorageOptions, limitsOf } from "./gcs-options.ts";
import { readerOf } from "./gcs-read.ts";
import { isVersion, removeObject, removeVersion } from "./gcs-remove.ts";
import { writeObject } from "./gcs-write.ts";
import { createUrlSigner, publicUrl } from "./signed-url.ts";

/**
 * A backend that stores objects in a Cloud Storage bucket. Requests are retried by the client
 * library's rule and bound to generations, so that a retry changes nothing twice. Rejects with
 * `StorageError`; throws `ERR_STORAGE_INVALID_OPTION` for invalid options.
 */
export function createGcsStorage(options: GcsStorageOptions): Storage {
  const { redirect = "signed" } = options;
  const bucket =
    typeof options.bucket === "string"
      ? new GoogleStorage(options.clientOptions).bucket(options.bucket)
      : options.bucket;
  const { name, keyPrefix: namePrefix } = locate("gcs", bucket.name, options.prefix);
  const { partSize, idleTimeout, signedUrlLifetime } = limitsOf(options, name);
  const client = createGcsClient(bucket, idleTimeout);

  /** A condition is the generation that the object must have; 0 is none. */
  const service: RemoteService<ObjectContext, string> = {
    name,
    contextOf: (operation, signal) => ({
      client,
      operation,
      objectName: namePrefix + operation.key,
      signal,
    }),
    async write(context, { source, contentType, condition }) {
      const writeId = crypto.randomUUID();
      const upload = { ...context, contentType, writeId, onlyIf: condition };
      return await writeObject(upload, source, partSize);
    },
    ifAbsent: () => "0",
    ifVersion: (version) => (isVersion(version) ? version : undefined),
    readerOf,
    lookUp: async (context) => (await lookUp(context))?.info,
    move: async (context, to) => await moveObject(context, to, namePrefix + to),
    remove: async (context) => await removeObject(context),
    removeVersion,
    list: (prefix, operation, signal) =>
      listObjects({ client, operation, namePrefix, signal }, prefix),
  };
  switch (redirect) {
    case "never":
      return createRemoteStorage(service);
    case "public":
      return createRemoteStorage({
        ...service,
        redirect: async ({ objectName }) => ({ url: publicUrl(bucket, objectName) }),
      });
    case "signed":
      return createRemoteStorage({
        ...service,
        redirect: createUrlSigner(bucket, signedUrlLifetime),
      });
  }
}
