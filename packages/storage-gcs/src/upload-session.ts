import { StorageError } from "@nixery/storage";
import { cleanUp } from "@nixery/storage/remote";
import type { GcsText } from "./gcs-client.ts";
import { type GcsObject, type ObjectContext, parseObject, writeIdName } from "./gcs-object.ts";
import type { Upload } from "./upload.ts";

/** A resumable upload (https://docs.cloud.google.com/storage/docs/resumable-uploads). */
export interface UploadSession {
  /** Sends the bytes after those that were sent before; a whole number of 256 KiB. */
  send(bytes: Uint8Array): Promise<void>;
  /**
   * Sends the last bytes and makes the object, if `md5` (base64) is the checksum of all. `refused`:
   * the object no longer has the generation that this upload replaces. `forgotten`: the service does
   * not know the session, as after an attempt whose response was lost.
   */
  finish(bytes: Uint8Array, md5: string): Promise<GcsObject | "forgotten" | "refused">;
  /** Cancels the upload; does not fail, and does not wait long. */
  cancel(): Promise<void>;
}

/**
 * Begins an upload that replaces `generation` of the object (`"0"`: it is new), or resolves to
 * `undefined` when the object has another one.
 */
export async function openSession(
  context: Upload,
  generation: string,
): Promise<UploadSession | undefined> {
  const { client, operation, objectName, contentType, writeId } = context;
  const cancelling = new AbortController();
  const signal =
    context.signal === undefined
      ? cancelling.signal
      : AbortSignal.any([context.signal, cancelling.signal]);
  const opened = await client.text({
    operation,
    method: "POST",
    url: client.uploadUrl({
      uploadType: "resumable",
      name: objectName,
      ifGenerationMatch: generation,
    }),
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-upload-content-type": contentType,
    },
    body: [Buffer.from(JSON.stringify({ contentType, metadata: { [writeIdName]: writeId } }))],
    accept: [200, 201, 412],
    signal,
  });
  if (opened.status === 412) {
    return undefined;
  }
  // A secret, and in no message: it is all that a request needs to write the object.
  const url = URL.parse(opened.header("location") ?? "");
  if (url === null) {
    throw lost(context);
  }
  let offset = 0;

  /** Sends `bytes` until the service has them all; it skips those that it already has. */
  const put = async (bytes: Uint8Array, total?: number, hash?: string): Promise<GcsText> => {
    for (let sent = 0; ;) {
      const rest = bytes.subarray(sent);
      const response = await client.text({
        operation,
        method: "PUT",
        url,
        headers: {
          "content-range": contentRange(offset + sent, rest.byteLength, total),
          ...(hash === undefined ? {} : { "x-goog-hash": `md5=${hash}` }),
        },
        body: [rest],
        accept: [200, 201, 308, 404, 410, 412],
        signal,
      });
      if (response.status !== 308) {
        return response;
      }
      const kept = keptBytes(response) - offset;
      if (kept === bytes.byteLength && total === undefined) {
        return response;
      }
      if (kept <= sent) {
        throw lost(context);
      }
      sent = kept;
    }
  };

  return {
    async send(bytes) {
      const { status } = await put(bytes);
      if (status !== 308) {
        throw lost(context);
      }
      offset += bytes.byteLength;
    },
    async finish(bytes, md5) {
      const response = await put(bytes, offset + bytes.byteLength, md5);
      if (response.status < 300) {
        return parseObject(operation.key, response.fields());
      }
      return response.status === 412 ? "refused" : "forgotten";
    },
    async cancel() {
      cancelling.abort();
      // A session that remains is invisible and expires after a week.
      await cleanUp((limit) =>
        client.text({
          operation,
          method: "DELETE",
          url,
          // 499 is the service's status for a request that the client cancelled.
          accept: [200, 204, 404, 410, 499],
          maxRetries: 1,
          signal: limit,
        }),
      );
    },
  };
}

function contentRange(start: number, length: number, total: number | undefined): string {
  const range = length === 0 ? "*" : `${start}-${start + length - 1}`;
  return `bytes ${range}/${total ?? "*"}`;
}

/** How many bytes the service has, by the `Range` header of its response. */
function keptBytes(response: GcsText): number {
  const last = /^bytes=0-(\d+)$/.exec(response.header("range") ?? "")?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

/** `ERR_STORAGE_UNAVAILABLE` of an upload that cannot go on. */
export function lost({ operation: { backend, key } }: ObjectContext): StorageError {
  return new StorageError("ERR_STORAGE_UNAVAILABLE", {
    backend,
    key,
    message: `${backend} lost the upload of ${key}. Write it again.`,
  });
}
