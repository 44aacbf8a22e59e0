import { errnoOf } from "@nixery/kit/errno-of";
import { StorageError, type StorageErrorCode, isStorageError } from "@nixery/storage";

interface Meaning {
  readonly code: StorageErrorCode;
  readonly problem: string;
  readonly remedy: string;
}

const full: Meaning = {
  code: "ERR_STORAGE_FULL",
  problem: "no space left",
  remedy: "Free some space",
};
const denied: Meaning = {
  code: "ERR_STORAGE_DENIED",
  problem: "permission denied",
  remedy: "Let the user of this process read and write there",
};
const unavailable: Meaning = {
  code: "ERR_STORAGE_UNAVAILABLE",
  problem: "the system call failed",
  remedy: "Check the disk and try again",
};
const readOnly: Meaning = {
  ...denied,
  problem: "the file system is read-only",
  remedy: "Mount it read-write",
};
const missing: Meaning = {
  ...unavailable,
  problem: "a directory is missing",
  remedy: "Check the path and try again",
};
const inTheWay: Meaning = {
  ...unavailable,
  problem: "another kind of file is in its place",
  remedy: "Move that file away",
};
const tooManyOpen: Meaning = {
  ...unavailable,
  problem: "too many files are open",
  remedy: "Raise the limit of open files (ulimit -n)",
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

export interface FailedOperation {
  readonly backend: string;
  readonly key?: string | undefined;
  /** Completes "Cannot ...", such as `write layers/a`. */
  readonly operation: string;
}

/** A `StorageError` for the error of a system call; other errors are returned as they are. */
export function toStorageError(error: unknown, failed: FailedOperation): unknown {
  const errno = errnoOf(error);
  if (errno === undefined || isStorageError(error)) {
    return error;
  }
  const { code, problem, remedy } = meanings.get(errno) ?? unavailable;
  const { backend, key, operation } = failed;
  const message = `Cannot ${operation} in ${backend}: ${problem} (${errno}). ${remedy}.`;
  return new StorageError(code, { backend, key, message, cause: error });
}
