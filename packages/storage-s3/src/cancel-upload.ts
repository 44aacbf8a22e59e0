import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { isStagingKey } from "@nixery/storage";
import type { ObjectContext } from "./s3-object.ts";

/** Cancels an upload; its `signal` is not the caller's, whose abort may be the reason. */
export async function cancelUpload(
  { client, bucket, objectKey }: ObjectContext,
  uploadId: string,
  signal: AbortSignal,
): Promise<void> {
  await client.send(
    new AbortMultipartUploadCommand({ Bucket: bucket, Key: objectKey, UploadId: uploadId }),
    { abortSignal: signal },
  );
}

/**
 * Cancels all uploads of a staged object but `uploadId`: attempts whose responses were lost began
 * them. An object that is not staged may have other writers, whose uploads look the same.
 */
export async function cancelLostUploads(
  context: ObjectContext,
  uploadId: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { client, bucket, objectKey, operation } = context;
  if (!isStagingKey(operation.key)) {
    return;
  }
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: objectKey }),
    { abortSignal: signal },
  );
  const lost = Uploads.flatMap(({ UploadId = "", Key }) =>
    Key === objectKey && UploadId !== uploadId ? [UploadId] : [],
  );
  await Promise.all(lost.map((id) => cancelUpload(context, id, signal)));
}
