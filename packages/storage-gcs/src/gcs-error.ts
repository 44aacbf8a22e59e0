import { isFields, parseFields, stringOf } from "./fields.ts";
import { isStorageError, StorageError, type StorageErrorCode } from "@nixery/storage";

/** What was being done to what, for messages. */
export interface Operation {
  /** `name` of the backend. */
  readonly backend: string;
  /** As in "could not ... the object". */
  readonly verb: "list" | "look up" | "move" | "read" | "remove" | "sign a URL for" | "write";
  readonly key?: string | undefined;
}

/** An answer of the service that is not what was asked for. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** HTTP status. */
  readonly code: number;
  /** Such as `rateLimitExceeded`, as the client library's own retry rule looks for it. */
  readonly errors: readonly { readonly reason: string; readonly message: string }[];

  constructor(code: number, body: string) {
    const { message, reasons } = readBody(body);
    super(message === "" ? `HTTP status ${code}` : message);
    this.code = code;
    this.errors = reasons.map((reason) => ({ reason, message: this.message }));
  }
}

/** `error` of a request as the `StorageError` that the caller of the backend is to see. */
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

/** The text of `error` on one line and of bounded length. */
export function describe(error: unknown): string {
  const text = error instanceof Error ? textOf(error) : String(error);
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 400).replace(/[.;]$/, "");
}

function textOf(error: Error): string {
  // A connection that failed on every address of a host is an AggregateError without a message.
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(describe).join(", ");
  }
  return error.message;
}

const advice: Readonly<Record<StorageErrorCode, string>> = {
  ERR_STORAGE_CORRUPT: "try again, and look at what stands between here and the service",
  ERR_STORAGE_DENIED:
    "check the credentials (GOOGLE_APPLICATION_CREDENTIALS) and that their account is a Storage Object User of the bucket",
  ERR_STORAGE_FULL: "free space or raise the quota",
  ERR_STORAGE_INVALID_KEY: "use a key of the grammar",
  ERR_STORAGE_NOT_FOUND: "write it first",
  ERR_STORAGE_RANGE: "ask for a range inside the object",
  ERR_STORAGE_UNAVAILABLE: "check the bucket's name and the endpoint, or try again later",
};

function codeOf(error: unknown): StorageErrorCode {
  if (error instanceof CredentialsError) {
    return "ERR_STORAGE_DENIED";
  }
  if (!(error instanceof ServiceError)) {
    return "ERR_STORAGE_UNAVAILABLE";
  }
  const reasons = error.errors.map(({ reason }) => reason.toLowerCase());
  if (error.code === 507 || reasons.some((reason) => reason.startsWith("quotaexceeded"))) {
    return "ERR_STORAGE_FULL";
  }
  if (reasons.some((reason) => reason.endsWith("ratelimitexceeded"))) {
    return "ERR_STORAGE_UNAVAILABLE";
  }
  if (error.code === 401 || error.code === 403) {
    return "ERR_STORAGE_DENIED";
  }
  // The service says 400 to bytes whose checksum is not the one that was sent with them.
  return error.code === 400 && /md5|crc32c|hash|checksum/i.test(error.message)
    ? "ERR_STORAGE_CORRUPT"
    : "ERR_STORAGE_UNAVAILABLE";
}

/** No usable credentials could be found or exchanged for a token. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/** Message and reasons of an error in JSON, or the text of any other, without mark-up. */
function readBody(body: string): { message: string; reasons: string[] } {
  try {
    const { error } = parseFields(body);
    const { message, errors } = isFields(error) ? error : {};
    const reasons = (Array.isArray(errors) ? errors : [])
      .filter(isFields)
      .flatMap(({ reason }) => stringOf(reason) ?? []);
    return { message: stringOf(message) ?? "", reasons };
  } catch {
    return { message: body.replaceAll(/<[^>]*>/g, " ").trim(), reasons: [] };
  }
}
