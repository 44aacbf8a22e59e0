import { StorageError, type StorageErrorCode, isStorageError } from "@nixery/storage";
import { errnoOf } from "./files.ts";

interface Meaning {
  readonly code: StorageErrorCode;
  readonly advice: string;
}

const full: Meaning = { code: "ERR_STORAGE_FULL", advice: "no space is left; free some" };
const denied: Meaning = {
  code: "ERR_STORAGE_DENIED",
  advice: "permission is denied; let the user of this process read and write there",
};
const unavailable: Meaning = {
  code: "ERR_STORAGE_UNAVAILABLE",
  advice: "check the disk and try again",
};

const meanings: ReadonlyMap<string | undefined, Meaning> = new Map([
  ["ENOSPC", full],
  ["EDQUOT", full],
  ["EFBIG", full],
  ["EACCES", denied],
  ["EPERM", denied],
  ["EROFS", denied],
]);

/** What the error of a system call means to a user of the storage; others are passed on. */
export function toStorageError(
  error: unknown,
  where: { readonly backend: string; readonly key?: string | undefined; readonly doing: string },
): unknown {
  const errno = errnoOf(error);
  if (errno === undefined || isStorageError(error)) {
    return error;
  }
  const { code, advice } = meanings.get(errno) ?? unavailable;
  const { backend, key, doing } = where;
  const message = `${backend} cannot ${doing} (${errno}): ${advice}`;
  return new StorageError(code, { backend, key, message, cause: error });
}
