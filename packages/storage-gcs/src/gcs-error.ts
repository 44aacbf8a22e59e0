import { isRecord } from "@nixery/kit/is-record";
import { reasonOf } from "@nixery/kit/reason-of";
import type { StorageError, StorageErrorCode } from "@nixery/storage";
import { codeOfStatus, type Operation, remoteFailure, usualAdvice } from "@nixery/storage/remote";
import { parseFields, stringOf } from "./fields.ts";

/** A response with an unexpected status. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** HTTP status. */
  readonly code: number;
  /** Such as `rateLimitExceeded`; the client library's retry rule reads this field. */
  readonly errors: readonly { readonly reason: string; readonly message: string }[];

  constructor(code: number, body: string) {
    const { message, reasons } = readBody(body);
    super(message === "" ? `HTTP status ${code}` : message);
    this.code = code;
    this.errors = reasons.map((reason) => ({ reason, message: this.message }));
  }
}

/** No usable credentials were found or exchanged for a token. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/** `error` of a request as the `StorageError` for the caller of the backend. */
export function toStorageError(error: unknown, operation: Operation): StorageError {
  return remoteFailure(error, operation, { codeOf, describe: reasonOf, advice });
}

const advice: Readonly<Record<StorageErrorCode, string>> = {
  ...usualAdvice,
  ERR_STORAGE_DENIED:
    "Check the credentials (GOOGLE_APPLICATION_CREDENTIALS) and that their account is a Storage Object User of the bucket.",
};

function codeOf(error: unknown): StorageErrorCode {
  if (error instanceof CredentialsError) {
    return "ERR_STORAGE_DENIED";
  }
  if (!(error instanceof ServiceError)) {
    return "ERR_STORAGE_UNAVAILABLE";
  }
  const reasons = error.errors.map(({ reason }) => reason.toLowerCase());
  if (reasons.some((reason) => reason.startsWith("quotaexceeded"))) {
    return "ERR_STORAGE_FULL";
  }
  if (reasons.some((reason) => reason.endsWith("ratelimitexceeded"))) {
    return "ERR_STORAGE_UNAVAILABLE";
  }
  // The response to bytes that differ from the checksum sent with them.
  return error.code === 400 && /md5|crc32c|hash|checksum/i.test(error.message)
    ? "ERR_STORAGE_CORRUPT"
    : codeOfStatus(error.code);
}

/** Message and reasons of an error in JSON, or the text of any other, without mark-up. */
function readBody(body: string): { message: string; reasons: string[] } {
  try {
    const { error } = parseFields(body);
    const { message, errors } = isRecord(error) ? error : {};
    const reasons = (Array.isArray(errors) ? errors : [])
      .filter(isRecord)
      .flatMap(({ reason }) => stringOf(reason) ?? []);
    return { message: stringOf(message) ?? "", reasons };
  } catch {
    return { message: body.replaceAll(/<[^>]*>/g, " ").trim(), reasons: [] };
  }
}
