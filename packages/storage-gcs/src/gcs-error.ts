import type { StorageError, StorageErrorCode } from "@nixery/storage";
import { type Operation, remoteFailure, textOf, usualAdvice } from "@nixery/storage/remote";
import { isFields, parseFields, stringOf } from "./fields.ts";

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
  return remoteFailure(error, operation, { codeOf, describe: textOf, advice });
}

const advice: Readonly<Record<StorageErrorCode, string>> = {
  ...usualAdvice,
  ERR_STORAGE_DENIED:
    "check the credentials (GOOGLE_APPLICATION_CREDENTIALS) and that their account is a Storage Object User of the bucket",
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
