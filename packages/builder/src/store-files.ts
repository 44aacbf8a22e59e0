import { constants, type Dirent, type Stats } from "node:fs";
import { lstat, open, readdir, readlink, type FileHandle } from "node:fs/promises";
import { BuilderError } from "./builder-error.ts";
import { byteOrder, type ByteString, fsPath, readable } from "./byte-string.ts";

/**
 * The store as this machine sees it. Paths are logical, such as `/nix/store/<hash>-<name>/bin`, in
 * the form of {@link ByteString}; `root` is the directory under which they lie.
 */
export interface StoreFiles {
  /** Entries of a directory in byte order. */
  list(path: ByteString): Promise<readonly Dirent[]>;
  stat(path: ByteString): Promise<Stats>;
  link(path: ByteString): Promise<ByteString>;
  /** Opens a file, not what a link points to. */
  open(path: ByteString): Promise<FileHandle>;
}

/** @param root `/`, or the directory of a chroot store (`nix --store`) */
export function createStoreFiles(root: string): StoreFiles {
  const prefix = Buffer.from(root.replace(/\/+$/, "")).toString("latin1");
  const locate = (path: ByteString): string | Buffer => fsPath(prefix + path);
  return {
    list: (path) =>
      guarded(path, async () => {
        const entries = await readdir(locate(path), { encoding: "latin1", withFileTypes: true });
        return entries.toSorted((a, b) => byteOrder(a.name, b.name));
      }),
    stat: (path) => guarded(path, () => lstat(locate(path))),
    link: (path) => guarded(path, () => readlink(locate(path), { encoding: "latin1" })),
    open: (path) =>
      guarded(path, () => open(locate(path), constants.O_RDONLY | constants.O_NOFOLLOW)),
  };
}

const vanished = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "EINVAL"]);
/** What the machine lacks when it says these passes by itself. */
const lacking = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

async function guarded<T>(path: ByteString, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (vanished.has(code)) {
      throw storeChanged(path, error);
    }
    throw lacking.has(code) ? unreadable(path, code, error) : error;
  }
}

function unreadable(path: ByteString, code: string, cause: unknown): BuilderError {
  return new BuilderError("ERR_BUILDER_STORE_UNREADABLE", {
    message: `${readable(path)} cannot be read now, since the registry's machine has no open files or memory left (${code}): pull again later.`,
    path: readable(path),
    cause,
  });
}

/** What was listed is not there any more, or is something else. */
export function storeChanged(path: ByteString, cause?: unknown): BuilderError {
  return new BuilderError("ERR_BUILDER_STORE_CHANGED", {
    message: `${readable(path)} changed while it was packed; pull again, and keep the store's paths from being collected meanwhile.`,
    path: readable(path),
    cause,
  });
}

export function unsupportedFile(path: ByteString): BuilderError {
  return new BuilderError("ERR_BUILDER_UNSUPPORTED_FILE", {
    message: `${readable(path)} is no file, directory or symbolic link; mend the package that it belongs to.`,
    path: readable(path),
  });
}
