import { setTimeout as delay } from "node:timers/promises";
import { StorageError } from "@nixery/storage";
import type { GcsText } from "./gcs-client.ts";
import { type GcsObject, type ObjectContext, parseObject } from "./gcs-object.ts";

/** A resumable upload (https://docs.cloud.google.com/storage/docs/resumable-uploads). */
export interface UploadSession {
  /** Sends the bytes after those that were sent before; a whole number of 256 KiB. */
  send(bytes: Uint8Array): Promise<void>;
  /**
   * Sends the last bytes and makes the object, which the service does only when `md5` (base64) is
   * the checksum of all. `overtaken`: another writer has replaced the version that this upload was
   * to replace. `forgotten`: the service no longer knows the session, as after an attempt whose
   * answer was lost.
   */
  finish(bytes: Uint8Array, md5: string): Promise<GcsObject | "forgotten" | "overtaken">;
  /** Throws away what was sent; does not fail, and does not wait long. */
  cancel(): Promise<void>;
}

/** In milliseconds; how long the service has to throw an upload away. */
const cancelTimeout = 15_000;

/** In milliseconds; how much of that a failed write waits for. */
const cancelPatience = 1000;

/** Begins an upload that replaces version `generation` of the object (`"0"`: it is new). */
export async function openSession(
  context: ObjectContext,
  contentType: string,
  generation: string,
): Promise<UploadSession> {
  const { client, operation, objectName } = context;
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
    body: [Buffer.from(JSON.stringify({ contentType }))],
    accept: [200, 201],
    signal,
  });
  // Whoever has this URL can write the object, so it stands in no message.
  const url = URL.parse(opened.header("location") ?? "");
  if (url === null) {
    throw lost(context);
  }
  let offset = 0;

  /** Sends `bytes` until the service has them all; bytes it has already it leaves as they are. */
  const put = async (bytes: Uint8Array, total?: number, hash?: string): Promise<GcsText> => {
    for (let sent = 0; ;) {
      const rest = bytes.subarray(sent);
      const answer = await client.text({
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
      if (answer.status !== 308) {
        return answer;
      }
      const kept = keptBytes(answer) - offset;
      if (kept === bytes.byteLength && total === undefined) {
        return answer;
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
      const answer = await put(bytes, offset + bytes.byteLength, md5);
      if (answer.status < 300) {
        return parseObject(operation.key, answer.fields());
      }
      return answer.status === 412 ? "overtaken" : "forgotten";
    },
    async cancel() {
      cancelling.abort();
      const cancelled = client
        .text({
          operation,
          method: "DELETE",
          url,
          // 499: the service's way to say that the client closed the request.
          accept: [200, 204, 404, 410, 499],
          retries: 1,
          signal: AbortSignal.timeout(cancelTimeout),
        })
        // A session that is left is invisible and ends by itself after a week.
        .catch(() => undefined);
      await Promise.race([cancelled, delay(cancelPatience, undefined, { ref: false })]);
    },
  };
}

function contentRange(start: number, length: number, total: number | undefined): string {
  const range = length === 0 ? "*" : `${start}-${start + length - 1}`;
  return `bytes ${range}/${total ?? "*"}`;
}

/** How many bytes the service has, by the `Range` header of its answer. */
function keptBytes({ header }: GcsText): number {
  const last = /^bytes=0-(\d+)$/.exec(header("range") ?? "")?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

/** The upload of an object that has to be written again. */
export function lost({ operation: { backend, key } }: ObjectContext): StorageError {
  return new StorageError("ERR_STORAGE_UNAVAILABLE", {
    backend,
    key,
    message: `${backend} lost the upload of ${key}; write it again`,
  });
}
