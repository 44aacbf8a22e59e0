import { CompleteMultipartUploadCommand, type CompletedPart } from "@aws-sdk/client-s3";
import { unlessAborted } from "@nixery/kit/unless-aborted";
import { StorageError } from "@nixery/storage";
import { cleanUp } from "@nixery/storage/remote";
import { beginUpload, type UploadToBegin } from "./begin-upload.ts";
import { cancelUpload } from "./cancel-upload.ts";
import { publish } from "./publish.ts";
import { type ObjectContext, send, type SendOptions } from "./s3-object.ts";

/** Makes part `number` of upload `uploadId`. */
export type MakePart = (
  uploadId: string,
  number: number,
  options: SendOptions,
) => Promise<Omit<CompletedPart, "PartNumber">>;

export interface Part {
  /** In bytes. */
  readonly size: number;
  readonly make: MakePart;
}

export interface MultipartUpload extends UploadToBegin {
  /** Parts that are made at the same time. */
  readonly parallelParts: number;
}

/** A limit of S3. */
export const maxParts = 10_000;

/**
 * Makes one object of parts, several at a time, and returns its size and version. When it fails, the
 * upload is cancelled: an unfinished one costs money and no listing of objects shows it.
 */
export async function uploadParts(
  upload: MultipartUpload,
  parts: AsyncIterator<Part, void>,
): Promise<{ readonly size: number; readonly version: string | undefined }> {
  const uploadId = await beginUpload(upload);
  const stop = new AbortController();
  const signal =
    upload.signal === undefined ? stop.signal : AbortSignal.any([upload.signal, stop.signal]);
  const inner = { ...upload, signal };
  const making = new Set<Promise<void>>();
  const completed: CompletedPart[] = [];
  const make = async (number: number, part: MakePart): Promise<void> => {
    const made = await send(inner, (options) => part(uploadId, number, options));
    completed[number - 1] = { ...made, PartNumber: number };
  };
  try {
    let size = 0;
    for (let number = 1; ; number += 1) {
      const next = await unlessAborted(parts.next(), signal);
      if (next.done === true) {
        break;
      }
      assertPartNumber(inner, number);
      size += next.value.size;
      const made = make(number, next.value.make);
      making.add(made);
      // A part that fails aborts the others, and the wait for the next one.
      made.then(
        () => making.delete(made),
        (error: unknown) => stop.abort(error),
      );
      if (making.size >= upload.parallelParts) {
        await unlessAborted(Promise.race(making), signal);
      }
    }
    await unlessAborted(Promise.all(making), signal);
    return { size, version: await complete(inner, uploadId, completed, size) };
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(making);
    await cleanUp((limit) => cancelUpload(upload, uploadId, limit));
    throw error;
  }
}

async function complete(
  upload: MultipartUpload,
  uploadId: string,
  parts: CompletedPart[],
  size: number,
): Promise<string | undefined> {
  const { client, bucket, objectKey, condition } = upload;
  return await publish(upload, size, (options) =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: objectKey,
        UploadId: uploadId,
        MultipartUpload: { Parts: parts },
        MpuObjectSize: size,
        ...condition?.match,
      }),
      options,
    ),
  );
}

function assertPartNumber({ operation: { backend, key } }: ObjectContext, number: number): void {
  if (number > maxParts) {
    throw new StorageError("ERR_STORAGE_FULL", {
      backend,
      key,
      message: `Cannot write ${key} to ${backend} in ${maxParts} parts, the limit of S3. Raise partSize.`,
    });
  }
}
