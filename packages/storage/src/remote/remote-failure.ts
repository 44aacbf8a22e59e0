import { isStorageError, StorageError, type StorageErrorCode } from "../storage-error.ts";

/** What was being done to what, for messages. */
export interface Operation {
  /** `name` of the backend. */
  readonly backend: string;
  /** As in "could not ... the object". */
  readonly verb: "list" | "look up" | "move" | "read" | "remove" | "sign a URL for" | "write";
  /** Absent when the operation is about all objects. */
  readonly key?: string | undefined;
}

/** How a backend reads what its service or client throws. */
export interface FailureReader {
  readonly codeOf: (error: unknown) => StorageErrorCode;
  /** What the service or the network said, without names of the backend and the object. */
  readonly describe: (error: unknown) => string;
  /** The next step, without a full stop. */
  readonly advice: Readonly<Record<StorageErrorCode, string>>;
}

/**
 * `error` of a client as the `StorageError` that the caller of the backend is to see: one line that
 * names backend, object and next step, with `error` as its cause. A `StorageError` stays itself.
 */
export function remoteFailure(
  error: unknown,
  { backend, verb, key }: Operation,
  { codeOf, describe, advice }: FailureReader,
): StorageError {
  if (isStorageError(error)) {
    return error;
  }
  const code = codeOf(error);
  const object = key === undefined ? " its objects" : ` ${key}`;
  return new StorageError(code, {
    backend,
    key,
    message: `${backend} could not ${verb}${object}: ${oneLine(describe(error))}; ${advice[code]}`,
    cause: error,
  });
}

/** `ERR_STORAGE_NOT_FOUND` of a move from an object that does not exist. */
export function nothingToMove({ backend, key }: Operation, to: string): StorageError {
  return new StorageError("ERR_STORAGE_NOT_FOUND", {
    backend,
    key,
    message: `${backend} has no ${key} to move to ${to}; write it first`,
  });
}

/** The text of anything thrown; a connection that failed on all addresses of a host has several. */
export function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(textOf).join(", ");
  }
  return error instanceof Error ? error.message : String(error);
}

/** `text` on one line and of bounded length, without a full stop. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 400).replace(/[.;]$/, "");
}

/** What to do about each code, where a service has nothing of its own to say. */
export const usualAdvice: Readonly<Record<StorageErrorCode, string>> = {
  ERR_STORAGE_CORRUPT: "try again, and look at what stands between here and the service",
  ERR_STORAGE_DENIED: "check the credentials and what they allow",
  ERR_STORAGE_FULL: "free space or raise the quota",
  ERR_STORAGE_INVALID_KEY: "use a key of the grammar",
  ERR_STORAGE_NOT_FOUND: "write it first",
  ERR_STORAGE_RANGE: "ask for a range inside the object",
  ERR_STORAGE_UNAVAILABLE: "check the bucket's name and the endpoint, or try again later",
};
