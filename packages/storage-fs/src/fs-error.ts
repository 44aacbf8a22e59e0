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

const readOnly: Meaning = {
  ...denied,
  advice: "its file system is read-only; mount it to be written",
};
const missing: Meaning = {
  ...unavailable,
  advice: "its folder is not there, or was deleted meanwhile; check the path and try again",
};
const inTheWay: Meaning = {
  ...unavailable,
  advice: "something else is in its place; move that away",
};
const tooManyOpen: Meaning = {
  ...unavailable,
  advice: "too many files are open; raise the limit of open files (ulimit -n)",
};

const meanings: ReadonlyMap<string | undefined, Meaning> = new Map([
  ["ENOSPC", full],
  ["EDQUOT", full],
  ["EFBIG", full],
  ["EACCES", denied],
  ["EPERM", denied],
  ["EROFS", readOnly],
  ["ENOENT", missing],
  ["ENOTDIR", inTheWay],
  ["EEXIST", inTheWay],
  ["EISDIR", inTheWay],
  ["ELOOP", inTheWay],
  ["EMFILE", tooManyOpen],
  ["ENFILE", tooManyOpen],
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
