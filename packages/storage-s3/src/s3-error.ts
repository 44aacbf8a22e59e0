import type { StorageError, StorageErrorCode } from "@nixery/storage";
import { type Operation, remoteFailure, textOf, usualAdvice } from "@nixery/storage/remote";

/** `error` of the client as the `StorageError` that the caller of the backend is to see. */
export function toStorageError(error: unknown, operation: Operation): StorageError {
  return remoteFailure(error, operation, { codeOf, describe, advice });
}

/** Whether the service said that there is no such object; the bucket may be missing, after HEAD. */
export function isMissingObject(error: unknown): boolean {
  return nameOf(error) === "NotFound" || nameOf(error) === "NoSuchKey";
}

/** Whether the service said so by this code, such as `NoSuchUpload`. */
export function hasName(error: unknown, name: string): boolean {
  return nameOf(error) === name;
}

/** HTTP status of an answer, or `undefined` when there was none. */
export function statusOf(error: unknown): number | undefined {
  const metadata = isFields(error) ? error["$metadata"] : undefined;
  const status = isFields(metadata) ? metadata["httpStatusCode"] : undefined;
  return typeof status === "number" ? status : undefined;
}

const advice: Readonly<Record<StorageErrorCode, string>> = {
  ...usualAdvice,
  ERR_STORAGE_DENIED:
    "check the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another source of the SDK) and that they allow s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject",
  ERR_STORAGE_UNAVAILABLE:
    "check the bucket's name, the region and the endpoint, or try again later",
};

/** Names that say more than the status does. */
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
  // A 400 without a name is an answer to HEAD, which S3 gives to a token that has expired.
  if (status === 401 || status === 403 || (status === 400 && isNameless(error))) {
    return "ERR_STORAGE_DENIED";
  }
  if (status === 507) {
    return "ERR_STORAGE_FULL";
  }
  // The SDK has no class for bytes that do not fit their checksum.
  return error instanceof Error && error.message.startsWith("Checksum mismatch")
    ? "ERR_STORAGE_CORRUPT"
    : "ERR_STORAGE_UNAVAILABLE";
}

/** What the service or the network said, with the service's code for it. */
function describe(error: unknown): string {
  const status = statusOf(error);
  const message = textOf(error);
  // An answer to HEAD has no body, and the SDK no words for it.
  const said = message === "" || message === "UnknownError" ? `HTTP status ${status}` : message;
  return status === undefined || isNameless(error) ? said : `${nameOf(error)}: ${said}`;
}

/** Whether the service's answer had no code in it. */
function isNameless(error: unknown): boolean {
  return /^(?:|Error|Unknown|UnknownError|\d+)$/.test(nameOf(error));
}

function nameOf(error: unknown): string {
  const name = isFields(error) ? error["name"] : undefined;
  return typeof name === "string" ? name : "";
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
