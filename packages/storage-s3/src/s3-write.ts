import { PutObjectCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import type { WrittenObject } from "@nixery/storage";
import { type PartSource, writeInParts } from "@nixery/storage/remote";
import { type MultipartUpload, type Part, uploadParts } from "./multipart-upload.ts";
import { publish } from "./publish.ts";

/**
 * Stores the bytes of `source`: in one request when they fit into one part of `partSize` bytes, else
 * in a multipart upload. The service checks the bytes of each request, and shows the object when it
 * has all of them. Rejects with a `ConditionError` when the condition of the write does not hold.
 */
export async function writeObject(
  upload: MultipartUpload,
  source: AsyncIterable<Uint8Array>,
  partSize: number,
): Promise<WrittenObject> {
  const { contentType, operation, signal } = upload;
  const { size, version } = await writeInParts(source, {
    partSize,
    signal,
    writeWhole: (bytes) => putObject(upload, bytes),
    writeParts: (parts) => uploadParts(upload, partsOf(upload, parts)),
  });
  return { key: operation.key, size, contentType, version };
}

async function putObject(
  upload: MultipartUpload,
  bytes: Uint8Array,
): Promise<{ size: number; version: string | undefined }> {
  const { client, bucket, objectKey, contentType, condition } = upload;
  const size = bytes.byteLength;
  const version = await publish(upload, size, (options) =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: objectKey,
        ContentType: contentType,
        Body: bytes,
        Metadata: condition?.metadata,
        ...condition?.match,
      }),
      options,
    ),
  );
  return { size, version };
}

async function* partsOf(
  { client, bucket, objectKey }: MultipartUpload,
  source: PartSource,
): AsyncGenerator<Part, void, undefined> {
  for await (const bytes of source.parts) {
    yield {
      size: bytes.byteLength,
      async make(uploadId, number, options) {
        const { ETag, ChecksumCRC32 } = await client.send(
          new UploadPartCommand({
            Bucket: bucket,
            Key: objectKey,
            UploadId: uploadId,
            PartNumber: number,
            Body: bytes,
          }),
          options,
        );
        source.reuse(bytes);
        return { ETag, ChecksumCRC32 };
      },
    };
  }
}
