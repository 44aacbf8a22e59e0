import { PutObjectCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { abortable, type ObjectInfo } from "@nixery/storage";
import { inParts } from "@nixery/storage/remote";
import { type MakePart, type MultipartUpload, uploadParts } from "./multipart-upload.ts";
import { send } from "./s3-object.ts";

/**
 * Stores what `source` yields: in one request when it fits into one part of `partSize` bytes, else
 * in a multipart upload. The service checks each request's bytes, and shows the object when it has
 * all of them.
 */
export async function writeObject(
  upload: MultipartUpload,
  source: AsyncIterable<Uint8Array>,
  partSize: number,
): Promise<ObjectInfo> {
  const bytes = abortable(source, { signal: upload.signal });
  const spare: Uint8Array<ArrayBuffer>[] = [];
  const parts = inParts(bytes, partSize, spare);
  const { contentType, operation } = upload;
  try {
    const first = (await parts.next()).value ?? new Uint8Array(0);
    const size =
      first.byteLength < partSize
        ? await writeAtOnce(upload, first)
        : await uploadParts(upload, uploads(upload, first, parts, spare));
    return { key: operation.key, size, contentType };
  } catch (error) {
    // Ends a source that is not what failed; nobody waits for one that may be stuck.
    bytes.return().catch(() => undefined);
    throw error;
  }
}

async function writeAtOnce(upload: MultipartUpload, bytes: Uint8Array): Promise<number> {
  const { client, bucket, objectKey, contentType } = upload;
  await send(upload, (options) =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: objectKey,
        ContentType: contentType,
        Body: bytes,
      }),
      options,
    ),
  );
  return bytes.byteLength;
}

async function* uploads(
  upload: MultipartUpload,
  first: Uint8Array<ArrayBuffer>,
  rest: AsyncIterable<Uint8Array<ArrayBuffer>>,
  spare: Uint8Array<ArrayBuffer>[],
): AsyncGenerator<{ size: number; make: MakePart }, void, undefined> {
  yield uploadOf(upload, first, () => spare.push(first));
  for await (const part of rest) {
    // A shorter one is the last.
    yield uploadOf(upload, part, () => spare.push(part));
  }
}

function uploadOf(
  upload: MultipartUpload,
  bytes: Uint8Array,
  sent: () => void,
): { size: number; make: MakePart } {
  const { client, bucket, objectKey } = upload;
  return {
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
      sent();
      return { ETag, ChecksumCRC32 };
    },
  };
}
