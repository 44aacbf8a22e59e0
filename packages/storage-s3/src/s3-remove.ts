import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { isStorageError } from "@nixery/storage";
import { sendDespiteConflicts } from "./publish.ts";
import { attemptsOf, isFailedCondition, isMissingObject, isUnsupported } from "./s3-error.ts";
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
  // A conditional removal of a missing object fails on S3, but succeeds on Ceph and versitygw. The
  // version is not compared here, or no test could show that a service ignores conditions.
  if (!isVersion(version) || (await lookUp(context)) === undefined) {
    return false;
  }
  try {
    await sendRemoval(context, version);
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

/** Removes an object whose `version` was copied, unless another has replaced it since. */
export async function removeCopied(
  context: ObjectContext,
  version: string | undefined,
): Promise<void> {
  if (version === undefined || !isVersion(version)) {
    await removeObject(context);
    return;
  }
  try {
    await sendRemoval(context, version);
  } catch (error) {
    const cause = isStorageError(error) ? error.cause : error;
    if (isUnsupported(cause)) {
      await removeObject(context);
    } else if (!isMissingObject(cause) && !isFailedCondition(cause)) {
      throw error;
    }
  }
}

async function sendRemoval(context: ObjectContext, version: string): Promise<void> {
  const { client, bucket, objectKey } = context;
  await sendDespiteConflicts(context, (options) =>
    client.send(
      new DeleteObjectCommand({ Bucket: bucket, Key: objectKey, IfMatch: version }),
      options,
    ),
  );
}
