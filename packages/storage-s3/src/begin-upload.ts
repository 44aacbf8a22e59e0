import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { isStorageError } from "@nixery/storage";
import { cleanUp } from "@nixery/storage/remote";
import { cancelLostUploads, cancelUpload } from "./cancel-upload.ts";
import type { Publication } from "./publish.ts";
import { send } from "./s3-object.ts";

export interface UploadToBegin extends Publication {
  /** Whether the client sends the bytes, and their checksums with them. */
  readonly hasChecksums: boolean;
}

/** In milliseconds; how long an aborted write still waits for the id of its upload. */
const graceTime = 1000;

/** Begins a multipart upload and returns its id. An abort meanwhile leaves none behind. */
export async function beginUpload(upload: UploadToBegin): Promise<string> {
  const { client, bucket, objectKey, contentType, condition, signal } = upload;
  signal?.throwIfAborted();
  const checksum =
    upload.hasChecksums && (await client.config.requestChecksumCalculation()) === "WHEN_SUPPORTED"
      ? { ChecksumAlgorithm: "CRC32" as const }
      : {};
  // Not aborted at once: an upload without a known id can hardly be cancelled.
  const late = new AbortController();
  const begun = send({ ...upload, signal: late.signal }, (options) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: objectKey,
        ContentType: contentType,
        Metadata: condition?.metadata,
        ...checksum,
      }),
      options,
    ),
  );
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    setTimeout(() => late.abort(), graceTime);
    reject(signal?.reason);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const { UploadId = "", $metadata } = await Promise.race([begun, aborted]);
    if (($metadata.attempts ?? 1) > 1) {
      await cleanUp((limit) => cancelLostUploads(upload, UploadId, limit));
    }
    return UploadId;
  } catch (error) {
    await cleanUp((limit) => cancelBegun(upload, begun, limit));
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Cancels an upload that nothing waits for any more, once its id is known. */
async function cancelBegun(
  upload: UploadToBegin,
  begun: Promise<{ readonly UploadId?: string | undefined }>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { UploadId = "" } = await begun;
    await cancelUpload(upload, UploadId, signal);
  } catch (error) {
    if (!isStorageError(error, "ERR_STORAGE_DENIED")) {
      await cancelLostUploads(upload, undefined, signal);
    }
  }
}
