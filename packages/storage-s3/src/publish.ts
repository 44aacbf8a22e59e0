import { pause } from "@nixery/kit/pause";
import { isStorageError } from "@nixery/storage";
import { ConditionError } from "@nixery/storage/remote";
import { isConflict, isFailedCondition, isMissingObject, isMissingUpload } from "./s3-error.ts";
import {
  lookUp,
  type ObjectContext,
  type S3Context,
  type S3Object,
  send,
  type SendOptions,
} from "./s3-object.ts";
import { isWrittenUnder, type WriteCondition } from "./write-condition.ts";

/** An object to be made visible. */
export interface Publication extends ObjectContext {
  readonly contentType: string;
  /** Absent from a write that always happens. */
  readonly condition?: WriteCondition | undefined;
}

const maxConflicts = 6;

/**
 * Sends the request that makes an object of `size` bytes visible, and returns its version. Rejects
 * with a `ConditionError` when its condition does not hold.
 */
export async function publish(
  publication: Publication,
  size: number,
  request: (options: SendOptions) => Promise<{ readonly ETag?: string | undefined }>,
): Promise<string | undefined> {
  try {
    return (await sendDespiteConflicts(publication, request)).ETag;
  } catch (error) {
    const { condition } = publication;
    const cause = isStorageError(error) ? error.cause : error;
    // 404 is the response to If-Match when the object is gone.
    const isRefused =
      condition !== undefined && (isFailedCondition(cause) || isMissingObject(cause));
    // As after an earlier attempt whose response was lost: it made the object, and ended its upload.
    const object = isRefused || isMissingUpload(cause) ? await lookUp(publication) : undefined;
    if (object !== undefined && isOwn(object, publication, size)) {
      return object.info.version;
    }
    throw isRefused ? new ConditionError() : error;
  }
}

/** Sends a request again as long as a concurrent one to the same object causes a 409. */
export async function sendDespiteConflicts<T>(
  context: S3Context,
  request: (options: SendOptions) => Promise<T>,
): Promise<T> {
  for (let conflicts = 1; ; conflicts += 1) {
    try {
      return await send(context, request);
    } catch (error) {
      const cause = isStorageError(error) ? error.cause : error;
      if (!isConflict(cause) || conflicts > maxConflicts) {
        throw error;
      }
    }
    await pause(20 * 2 ** conflicts * Math.random(), context.signal);
  }
}

function isOwn(object: S3Object, { condition, contentType }: Publication, size: number): boolean {
  return condition === undefined
    ? object.info.size === size && object.info.contentType === contentType
    : isWrittenUnder(object, condition);
}
