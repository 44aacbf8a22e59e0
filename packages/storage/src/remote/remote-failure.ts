import { oneLine } from "@nixery/kit/one-line";
import { isStorageError, StorageError, type StorageErrorCode } from "../storage-error.ts";

/** An operation of a backend, for messages. */
export interface Operation {
  /** `name` of the backend. */
  readonly backend: string;
  /** As in "Cannot ... the object". */
  readonly verb:
    | "create"
    | "list"
    | "look up"
    | "move"
    | "read"
    | "remove"
    | "replace"
    | "sign a URL for"
    | "write";
  /** Absent when the operation is about all objects. */
  readonly key?: string | undefined;
}

/** How a backend reads the errors of its client. */
export interface FailureReader {
  codeOf(error: unknown): StorageErrorCode;
  /** The service's or the network's own words, without names of the backend and the object. */
  describe(error: unknown): string;
  /** The next step for each code: a sentence. */
  readonly advice: Readonly<Record<StorageErrorCode, string>>;
}

/**
 * A client's `error` as a `StorageError` whose message is one line with the object, the backend, the
 * reason and the next step, with `error` as its cause. A `StorageError` is returned as it is.
 */
export function remoteFailure(
  error: unknown,
  { backend, verb, key }: Operation,
  reader: FailureReader,
): StorageError {
  if (isStorageError(error)) {
    return error;
  }
  const code = reader.codeOf(error);
  const reason = oneLine(reader.describe(error), 400).replace(/[.;:,]$/, "");
  return new StorageError(code, {
    backend,
    key,
    message: `Cannot ${verb} ${key ?? "objects"} in ${backend}: ${reason}. ${reader.advice[code]}`,
    cause: error,
  });
}

/** The code for an HTTP status without further details. */
export function codeOfStatus(status: number | undefined): StorageErrorCode {
  if (status === 401 || status === 403) {
    return "ERR_STORAGE_DENIED";
  }
  return status === 507 ? "ERR_STORAGE_FULL" : "ERR_STORAGE_UNAVAILABLE";
}

/** `ERR_STORAGE_NOT_FOUND` of a move from an object that does not exist. */
export function nothingToMove({ backend, key }: Operation, to: string): StorageError {
  return new StorageError("ERR_STORAGE_NOT_FOUND", {
    backend,
    key,
    message: `Cannot move ${key} to ${to} in ${backend}: there is no such object. Write it first.`,
  });
}

/** The next step for each code, where a service has no better one. */
export const usualAdvice: Readonly<Record<StorageErrorCode, string>> = {
  ERR_STORAGE_CORRUPT: "Try again, and check for a proxy that alters traffic.",
  ERR_STORAGE_DENIED: "Check the credentials and their permissions.",
  ERR_STORAGE_FULL: "Free space or raise the quota.",
  ERR_STORAGE_INVALID_KEY: "Use a valid key.",
  ERR_STORAGE_INVALID_OPTION: "Correct the option.",
  ERR_STORAGE_NOT_FOUND: "Write the object first.",
  ERR_STORAGE_RANGE: "Use a range inside the object.",
  ERR_STORAGE_UNAVAILABLE: "Check the bucket's name and the endpoint, or try again later.",
};
