import { isRecord } from "@nixery/kit/is-record";
import { reasonOf } from "@nixery/kit/reason-of";
import type { StorageError, StorageErrorCode } from "@nixery/storage";
import { codeOfStatus, type Operation, remoteFailure, usualAdvice } from "@nixery/storage/remote";

/** `error` of the client as the `StorageError` for the caller of the backend. */
export function toStorageError(error: unknown, operation: Operation): StorageError {
  return remoteFailure(error, operation, { codeOf, describe, advice });
}

/** Whether the object does not exist. A response to HEAD does not show whether the bucket does. */
export function isMissingObject(error: unknown): boolean {
  return nameOf(error) === "NotFound" || nameOf(error) === "NoSuchKey";
}

/** Whether the condition of the request does not hold. */
export function isFailedCondition(error: unknown): boolean {
  return statusOf(error) === 412 || nameOf(error) === "PreconditionFailed";
}

/** Whether a request to the same object at the same time caused a conflict. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409 || nameOf(error) === "ConditionalRequestConflict";
}

/** Whether the service may have refused a header that it does not support, such as a condition. */
export function isUnsupported(error: unknown): boolean {
  const status = statusOf(error);
  return status === 400 || status === 501;
}

/** Whether the multipart upload does not exist any more. */
export function isMissingUpload(error: unknown): boolean {
  return nameOf(error) === "NoSuchUpload";
}

/** HTTP status of the response, or `undefined` when there was none. */
export function statusOf(error: unknown): number | undefined {
  return numberIn(error, "httpStatusCode");
}

/** How often the client sent the request, if the error has it. */
export function attemptsOf(error: unknown): number | undefined {
  return numberIn(error, "attempts");
}

const advice: Readonly<Record<StorageErrorCode, string>> = {
  ...usualAdvice,
  ERR_STORAGE_DENIED:
    "Check the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another source of the SDK) and that they allow s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject.",
  ERR_STORAGE_UNAVAILABLE:
    "Check the bucket's name, the region and the endpoint, or try again later.",
};

/** Names that are more specific than the status. */
const codes: Readonly<Record<string, StorageErrorCode>> = {
  BadDigest: "ERR_STORAGE_CORRUPT",
  InvalidDigest: "ERR_STORAGE_CORRUPT",
  XAmzContentSHA256Mismatch: "ERR_STORAGE_CORRUPT",
  XAmzContentChecksumMismatch: "ERR_STORAGE_CORRUPT",
  CredentialsProviderError: "ERR_STORAGE_DENIED",
  ExpiredToken: "ERR_STORAGE_DENIED",
  TokenRefreshRequired: "ERR_STORAGE_DENIED",
  EntityTooLarge: "ERR_STORAGE_FULL",
  InsufficientCapacity: "ERR_STORAGE_FULL",
  QuotaExceeded: "ERR_STORAGE_FULL",
  XMinioStorageFull: "ERR_STORAGE_FULL",
};

function codeOf(error: unknown): StorageErrorCode {
  const status = statusOf(error);
  const known = codes[nameOf(error)];
  if (known !== undefined) {
    return known;
  }
  // A 400 without a name is a response to HEAD, which S3 gives to an expired token.
  if (status === 400 && isNameless(error)) {
    return "ERR_STORAGE_DENIED";
  }
  // The SDK has no class for bytes that differ from their checksum.
  return error instanceof Error && error.message.startsWith("Checksum mismatch")
    ? "ERR_STORAGE_CORRUPT"
    : codeOfStatus(status);
}

/** The message of the service or the network, after the service's code for it. */
function describe(error: unknown): string {
  const status = statusOf(error);
  const message = reasonOf(error);
  // A response to HEAD has no body, and the SDK no words for it.
  const text = message === "" || message === "UnknownError" ? `HTTP status ${status}` : message;
  return status === undefined || isNameless(error) ? text : `${nameOf(error)}: ${text}`;
}

/** Whether the response had no code of the service in it. */
function isNameless(error: unknown): boolean {
  return /^(?:|Error|Unknown|UnknownError|\d+)$/.test(nameOf(error));
}

function nameOf(error: unknown): string {
  const name = isRecord(error) ? error["name"] : undefined;
  return typeof name === "string" ? name : "";
}

function numberIn(error: unknown, field: "attempts" | "httpStatusCode"): number | undefined {
  const metadata = isRecord(error) ? error["$metadata"] : undefined;
  const value = isRecord(metadata) ? metadata[field] : undefined;
  return typeof value === "number" ? value : undefined;
}
