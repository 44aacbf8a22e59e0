import type { GcsText } from "./gcs-client.ts";
import { assertBucket, lookUp, type ObjectContext, objectPath } from "./gcs-object.ts";

/** Removes the object, or only its generation `version`. Either may be missing. */
export async function removeObject(context: ObjectContext, version?: string): Promise<void> {
  await sendDelete(context, version);
}

/** Removes the object if its generation is `version`; resolves to whether it did. */
export async function removeVersion(context: ObjectContext, version: string): Promise<boolean> {
  if (!isVersion(version)) {
    return false;
  }
  const { status, isRepeated } = await sendDelete(context, version);
  if (status < 300) {
    return true;
  }
  // An earlier attempt whose response was lost may have removed it.
  return isRepeated && (await lookUp(context)) === undefined;
}

/** Whether `version` can be a generation; 0 would be the condition that there is no object. */
export function isVersion(version: string): boolean {
  return /^[1-9]\d{0,17}$/.test(version);
}

async function sendDelete(context: ObjectContext, version?: string): Promise<GcsText> {
  const { client, operation, objectName, signal } = context;
  const response = await client.text({
    operation,
    method: "DELETE",
    // The condition alone would do, but fake-gcs-server ignores it. With a generation the service
    // keeps no noncurrent version, even in a bucket with object versioning.
    url: client.url(objectPath(objectName), { generation: version, ifGenerationMatch: version }),
    accept: [200, 204, 404, 412],
    signal,
  });
  if (response.status === 404) {
    assertBucket(response.text, operation);
  }
  return response;
}
