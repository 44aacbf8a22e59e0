import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { isStorageError } from "@nixery/storage";
import { sendDespiteConflicts } from "./publish.ts";
import { attemptsOf, isFailedCondition, isMissingObject } from "./s3-error.ts";
import { lookUp, type ObjectContext, sendForObject } from "./s3-object.ts";
import { isVersion } from "./write-condition.ts";

/** Removes an object, which may be missing. */
export async function removeObject(context: ObjectContext): Promise<void> {
  const { client, bucket, objectKey } = context;
  await sendForObject(context, (options) =>
    client.send(new DeleteObjectCommand({ Bucket: bucket, Key: objectKey }), options),
  );
}

/** Removes an object that has `version`; resolves to whether it did. */
export async function removeVersion(context: ObjectContext, version: string): Promise<boolean> {
  const { client, bucket, objectKey } = context;
  // A conditional removal of a missing object fails on S3, but succeeds on Ceph and versitygw. The
  // version is not compared here, or no test could show that a service ignores conditions.
  if (!isVersion(version) || (await lookUp(context)) === undefined) {
    return false;
  }
  try {
    await sendDespiteConflicts(context, (options) =>
      client.send(
        new DeleteObjectCommand({ Bucket: bucket, Key: objectKey, IfMatch: version }),
        options,
      ),
    );
    return true;
  } catch (error) {
    const cause = isStorageError(error) ? error.cause : error;
    if (isMissingObject(cause)) {
      // An earlier attempt whose response was lost has removed it.
      return (attemptsOf(cause) ?? 1) > 1;
    }
    if (isFailedCondition(cause)) {
      return false;
    }
    throw error;
  }
}
