import { isStorageError, StorageError, type StorageErrorCode } from "@nixery/storage";

/** What was being done to what, for messages. */
export interface Operation {
  /** `name` of the backend. */
  readonly backend: string;
  /** As in "could not ... the object". */
  readonly verb: "list" | "look up" | "move" | "read" | "remove" | "sign a URL for" | "write";
  readonly key?: string | undefined;
}

/** `error` of the client as the `StorageError` that the caller of the backend is to see. */
export function toStorageError(error: unknown, operation: Operation): StorageError {
  if (isStorageError(error)) {
    return error;
  }
  const { backend, verb, key } = operation;
  const code = codeOf(error);
  const object = key === undefined ? " its objects" : ` ${key}`;
  return new StorageError(code, {
    backend,
    key,
    message: `${backend} could not ${verb}${object}: ${describe(error)}; ${advice[code]}`,
    cause: error,
  });
}

/** `move` from an object that does not exist. */
export function notFound({ backend, key }: Operation, to: string): StorageError {
  return new StorageError("ERR_STORAGE_NOT_FOUND", {
    backend,
    key,
    message: `${backend} has no ${key} to move to ${to}; write it first`,
  });
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
  ERR_STORAGE_CORRUPT: "try again, and look at what stands between here and the service",
  ERR_STORAGE_DENIED:
    "check the credentials (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another source of the SDK) and that they allow s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject",
  ERR_STORAGE_FULL: "free space or raise the quota",
  ERR_STORAGE_INVALID_KEY: "use a key of the grammar",
  ERR_STORAGE_NOT_FOUND: "write it first",
  ERR_STORAGE_RANGE: "ask for a range inside the object",
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

/** What the service or the network said, on one line and of bounded length. */
function describe(error: unknown): string {
  const status = statusOf(error);
  const message = error instanceof Error ? messageOf(error) : String(error);
  // An answer to HEAD has no body, and the SDK no words for it.
  const said = message === "" || message === "UnknownError" ? `HTTP status ${status}` : message;
  const name = status === undefined || isNameless(error) ? "" : `${nameOf(error)}: `;
  return `${name}${said}`.replaceAll(/\s+/g, " ").trim().slice(0, 400).replace(/[.;]$/, "");
}

function messageOf(error: Error): string {
  // A connection that failed on every address of a host is an AggregateError without a message.
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(describe).join(", ");
  }
  return error.message;
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
