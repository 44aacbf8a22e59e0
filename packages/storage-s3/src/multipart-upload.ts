import { setTimeout as delay } from "node:timers/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
} from "@aws-sdk/client-s3";
import { isStorageError, StorageError } from "@nixery/storage";
import { abandonable } from "@nixery/storage/remote";
import { hasName } from "./s3-error.ts";
import { lookUp, type ObjectContext, send, type SendOptions } from "./s3-object.ts";

/** Makes part `number` of upload `uploadId`; the `PartNumber` of what it returns is set here. */
export type MakePart = (
  uploadId: string,
  number: number,
  options: SendOptions,
) => Promise<Omit<CompletedPart, "PartNumber">>;

export interface MultipartUpload extends ObjectContext {
  readonly contentType: string;
  /** How many parts are made at once. */
  readonly parallelParts: number;
  /** Whether the bytes come from here, so that their checksums are sent with them. */
  readonly fromHere: boolean;
}

/** In milliseconds; how long the service has to throw an upload away. */
const cancelTimeout = 15_000;

/** In milliseconds; how much of that a failed write waits for. */
const cancelPatience = 1000;

/** As many parts as S3 allows. */
export const maxParts = 10_000;

/**
 * Makes one object of parts, several at a time, and returns its size. Whatever fails, the upload is
 * thrown away again: what is left of one costs money and can be seen in no listing of objects.
 */
export async function uploadParts(
  upload: MultipartUpload,
  parts: AsyncIterator<{ readonly size: number; readonly make: MakePart }, void>,
): Promise<number> {
  const uploadId = await create(upload);
  const stop = new AbortController();
  const { signal: outer } = upload;
  const signal = outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]);
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
      const next = await abandonable(parts.next(), signal);
      if (next.done === true) {
        break;
      }
      assertPartNumber(inner, number);
      size += next.value.size;
      const made = make(number, next.value.make);
      making.add(made);
      // A part that fails ends the others, and the wait for the next one.
      made.then(
        () => making.delete(made),
        (error: unknown) => stop.abort(error),
      );
      if (making.size >= upload.parallelParts) {
        await abandonable(Promise.race(making), signal);
      }
    }
    await abandonable(Promise.all(making), signal);
    await complete(inner, uploadId, completed, size);
    return size;
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(making);
    await patiently(cancel(upload, uploadId));
    throw error;
  }
}

/** Begins an upload; an abort meanwhile leaves none behind. */
async function create(upload: MultipartUpload): Promise<string> {
  const { client, bucket, objectKey, contentType, fromHere, signal } = upload;
  signal?.throwIfAborted();
  const checked =
    fromHere && (await client.config.requestChecksumCalculation()) === "WHEN_SUPPORTED";
  // Not aborted at once: an upload that begins unheard can hardly be thrown away.
  const patience = new AbortController();
  const created = send({ ...upload, signal: patience.signal }, (options) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: objectKey,
        ContentType: contentType,
        ...(checked ? { ChecksumAlgorithm: "CRC32" } : {}),
      }),
      options,
    ),
  );
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    setTimeout(() => patience.abort(), cancelPatience);
    reject(signal?.reason);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const { UploadId = "", $metadata } = await Promise.race([created, aborted]);
    if (($metadata.attempts ?? 1) > 1) {
      await patiently(cancelUnheard(upload, UploadId));
    }
    return UploadId;
  } catch (error) {
    await patiently(
      created.then(
        ({ UploadId = "" }) => cancel(upload, UploadId),
        async (failure: unknown) => {
          if (!isStorageError(failure, "ERR_STORAGE_DENIED")) {
            await cancelUnheard(upload, undefined);
          }
        },
      ),
    );
    throw error;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

async function complete(
  upload: MultipartUpload,
  uploadId: string,
  parts: CompletedPart[],
  size: number,
): Promise<void> {
  const { client, bucket, objectKey, contentType } = upload;
  await send(upload, async (options) => {
    try {
      await client.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: objectKey,
          UploadId: uploadId,
          MultipartUpload: { Parts: parts },
          MpuObjectSize: size,
        }),
        options,
      );
    } catch (error) {
      // An attempt whose answer was lost has made the object, and ended the upload.
      const object = hasName(error, "NoSuchUpload") ? await lookUp(upload) : undefined;
      if (object?.size !== size || object.contentType !== contentType) {
        throw error;
      }
    }
  });
}

/** Throws an upload away, without the caller's signal: that may be why. */
async function cancel(upload: ObjectContext, uploadId: string): Promise<void> {
  const { client, bucket, objectKey } = upload;
  await client.send(
    new AbortMultipartUploadCommand({ Bucket: bucket, Key: objectKey, UploadId: uploadId }),
    { abortSignal: AbortSignal.timeout(cancelTimeout) },
  );
}

/**
 * Throws away uploads that were begun by attempts whose answers were lost. Only a staged object has
 * one writer, so only its uploads can be told from those of others.
 */
async function cancelUnheard(upload: ObjectContext, heard: string | undefined): Promise<void> {
  const { client, bucket, objectKey, operation } = upload;
  if (!operation.key.startsWith("staging/")) {
    return;
  }
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: objectKey }),
    { abortSignal: AbortSignal.timeout(cancelTimeout) },
  );
  const unheard = Uploads.flatMap(({ UploadId = "", Key }) =>
    Key === objectKey && UploadId !== heard ? [UploadId] : [],
  );
  await Promise.all(unheard.map((uploadId) => cancel(upload, uploadId)));
}

/** Waits for a clean-up, but not long, and not for its errors: it goes on by itself. */
async function patiently(cleanUp: Promise<void>): Promise<void> {
  await Promise.race([
    cleanUp.catch(() => undefined),
    delay(cancelPatience, undefined, { ref: false }),
  ]);
}

function assertPartNumber({ operation: { backend, key } }: ObjectContext, number: number): void {
  if (number > maxParts) {
    throw new StorageError("ERR_STORAGE_FULL", {
      backend,
      key,
      message: `${backend} takes ${maxParts} parts of an object, which is not enough for ${key}; raise partSize`,
    });
  }
}
