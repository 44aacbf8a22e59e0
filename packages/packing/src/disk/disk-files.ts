import { constants, type Dirent, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink } from "node:fs/promises";
import { compareText } from "@nixery/kit/compare-text";
import { errnoOf } from "@nixery/kit/errno-of";
import type { ByteString } from "../byte-string.ts";
import { isPackingError } from "../packing-error.ts";
import type { ListedEntry, StoreEntryKind } from "../store-reader.ts";
import { storeChanged, storeUnreadable, unsupportedFile } from "./disk-errors.ts";

/** The store on this machine's disk, by logical paths. */
export interface DiskFiles {
  list(path: ByteString): Promise<readonly ListedEntry[]>;
  kindOf(path: ByteString): Promise<StoreEntryKind | undefined>;
  readLink(path: ByteString): Promise<ByteString>;
  /** Opens a file, without following a link. */
  open(path: ByteString, signal: AbortSignal | undefined): Promise<FileHandle>;
}

/** @param root - the directory that holds `/nix/store`: `/`, or that of a chroot store */
export function createDiskFiles(root: string): DiskFiles {
  const prefix = Buffer.from(root.replace(/\/+$/, "")).toString("latin1");
  const locate = (path: ByteString): Buffer => Buffer.from(prefix + path, "latin1");
  return {
    async list(path) {
      const entries = await guarded(path, () =>
        readdir(locate(path), { encoding: "latin1", withFileTypes: true }),
      );
      return entries
        .map((entry) => ({ name: entry.name, kind: kindOf(entry, `${path}/${entry.name}`) }))
        .toSorted((a, b) => compareText(a.name, b.name));
    },
    async kindOf(path) {
      try {
        return kindOf(await guarded(path, () => lstat(locate(path))), path);
      } catch (error) {
        if (isPackingError(error, "ERR_PACKING_STORE_CHANGED")) {
          return undefined;
        }
        throw error;
      }
    },
    readLink: (path) => guarded(path, () => readlink(locate(path), { encoding: "latin1" })),
    async open(path, signal) {
      // Not during the call, or a file that is opened after the abort would stay open.
      signal?.throwIfAborted();
      return await guarded(path, () =>
        open(locate(path), constants.O_RDONLY | constants.O_NOFOLLOW),
      );
    },
  };
}

function kindOf(
  entry: Pick<Dirent | Stats, "isDirectory" | "isFile" | "isSymbolicLink">,
  path: ByteString,
): StoreEntryKind {
  if (entry.isFile()) {
    return "file";
  }
  if (entry.isDirectory()) {
    return "directory";
  }
  if (entry.isSymbolicLink()) {
    return "symlink";
  }
  throw unsupportedFile(path);
}

/** The path was removed, or is of another kind than before. */
const changed = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "EINVAL"]);
/** The machine lacks a resource for the moment. */
const lacking = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

async function guarded<T>(path: ByteString, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const code = errnoOf(error) ?? "";
    if (changed.has(code)) {
      throw storeChanged(path, error);
    }
    throw lacking.has(code) ? storeUnreadable(path, code, error) : error;
  }
}
