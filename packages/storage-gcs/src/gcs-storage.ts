import { Storage as GoogleStorage } from "@google-cloud/storage";
import { assertKey, type Storage, type WrittenObject } from "@nixery/storage";
import { ifConditionHolds, locate, type Operation } from "@nixery/storage/remote";
import { createGcsClient } from "./gcs-client.ts";
import { listObjects } from "./gcs-list.ts";
import { moveObject } from "./gcs-move.ts";
import { lookUp, type ObjectContext } from "./gcs-object.ts";
import { type GcsStorageOptions, limitsOf } from "./gcs-options.ts";
import { readObject } from "./gcs-read.ts";
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

  const contextOf = (
    verb: Operation["verb"],
    key: string,
    signal: AbortSignal | undefined,
  ): ObjectContext => {
    signal?.throwIfAborted();
    assertKey(key, name);
    const operation = { backend: name, verb, key };
    return { client, operation, objectName: namePrefix + key, signal };
  };
  const write = async (
    context: ObjectContext,
    source: AsyncIterable<Uint8Array>,
    contentType: string,
    onlyIf?: string,
  ): Promise<WrittenObject> => {
    const upload = { ...context, contentType, writeId: crypto.randomUUID(), onlyIf };
    return await writeObject(upload, source, partSize);
  };

  const storage: Storage = {
    name,
    async write(key, source, { contentType, signal }) {
      return await write(contextOf("write", key, signal), source, contentType);
    },
    async create(key, source, { contentType, signal }) {
      const context = contextOf("create", key, signal);
      return await ifConditionHolds(write(context, source, contentType, "0"));
    },
    async replace(key, version, source, { contentType, signal }) {
      const context = contextOf("replace", key, signal);
      return isVersion(version)
        ? await ifConditionHolds(write(context, source, contentType, version))
        : undefined;
    },
    async read(key, { range, signal } = {}) {
      return await readObject(contextOf("read", key, signal), range);
    },
    async stat(key, { signal } = {}) {
      return (await lookUp(contextOf("look up", key, signal)))?.info;
    },
    async move(from, to, { signal } = {}) {
      assertKey(to, name);
      await moveObject(contextOf("move", from, signal), to, namePrefix + to);
    },
    async remove(key, { signal } = {}) {
      await removeObject(contextOf("remove", key, signal));
    },
    async removeVersion(key, version, { signal } = {}) {
      return await removeVersion(contextOf("remove", key, signal), version);
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
  const signUrl = createUrlSigner(bucket, signedUrlLifetime);
  return {
    ...storage,
    async redirect(key, { signal } = {}) {
      const context = contextOf("sign a URL for", key, signal);
      return redirect === "public"
        ? { url: publicUrl(bucket, context.objectName) }
        : await signUrl(context);
    },
  };
}
