import { CopyObjectCommand, UploadPartCopyCommand } from "@aws-sdk/client-s3";
import { nothingToMove } from "@nixery/storage/remote";
import { type MakePart, maxParts, type Part, uploadParts } from "./multipart-upload.ts";
import { lookUp, type ObjectContext, type S3Object, sendForObject } from "./s3-object.ts";
import { removeCopied } from "./s3-remove.ts";

export interface Move extends ObjectContext {
  readonly toKey: string;
  /** Key of the new object in the bucket. */
  readonly toObjectKey: string;
  /** In bytes; larger objects are copied in parts of about this size. */
  readonly copyPartSize: number;
  readonly parallelParts: number;
}

/**
 * Renames an object inside the service; its bytes are not transferred. S3 has no rename, so it is a
 * copy and a removal, and a copy has at most 5 GiB, so a larger object is copied in parts. Both are
 * bound to the version that the object has at the start, the removal where the service supports it.
 */
export async function moveObject(move: Move): Promise<void> {
  const source = await lookUp(move);
  if (source === undefined) {
    throw nothingToMove(move.operation, move.toKey);
  }
  if (move.objectKey === move.toObjectKey) {
    return;
  }
  await (source.info.size > move.copyPartSize
    ? copyInParts(move, source)
    : copyAtOnce(move, source));
  await removeCopied(move, source.info.version);
}

async function copyAtOnce(move: Move, source: S3Object): Promise<void> {
  const { client, bucket, toObjectKey } = move;
  const copied = await sendForObject(move, (options) =>
    client.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: toObjectKey,
        CopySource: copySource(move),
        CopySourceIfMatch: source.info.version,
      }),
      options,
    ),
  );
  if (copied === undefined) {
    throw nothingToMove(move.operation, move.toKey);
  }
}

async function copyInParts(move: Move, source: S3Object): Promise<void> {
  const { operation, toKey, toObjectKey } = move;
  const upload = {
    ...move,
    operation: { ...operation, key: toKey },
    objectKey: toObjectKey,
    contentType: source.info.contentType,
    hasChecksums: false,
  };
  await uploadParts(upload, copies(move, source));
}

async function* copies(move: Move, source: S3Object): AsyncGenerator<Part, void, undefined> {
  const { size } = source.info;
  const step = Math.max(move.copyPartSize, Math.ceil(size / maxParts));
  for (let start = 0; start < size; start += step) {
    const end = Math.min(start + step, size) - 1;
    yield { size: end - start + 1, make: copyOf(move, source, start, end) };
  }
}

function copyOf(move: Move, source: S3Object, start: number, end: number): MakePart {
  const { client, bucket, toObjectKey } = move;
  return async (uploadId, number, options) => {
    const { CopyPartResult } = await client.send(
      new UploadPartCopyCommand({
        Bucket: bucket,
        Key: toObjectKey,
        UploadId: uploadId,
        PartNumber: number,
        CopySource: copySource(move),
        CopySourceIfMatch: source.info.version,
        CopySourceRange: `bytes=${start}-${end}`,
      }),
      options,
    );
    return { ETag: CopyPartResult?.ETag };
  };
}

function copySource({ bucket, objectKey }: ObjectContext): string {
  return `${bucket}/${objectKey.split("/").map(encodeURIComponent).join("/")}`;
}
