import { quote } from "@nixery/kit/quote";
import { readable, type ByteString } from "../byte-string.ts";
import { PackingError } from "../packing-error.ts";

/** Linux has no longer paths; an image's message shows all of one. */
const maxPathLength = 4096;

/** A path that was listed was removed, or is of another kind now. */
export function storeChanged(path: ByteString, cause?: unknown): PackingError {
  return new PackingError("ERR_PACKING_STORE_CHANGED", {
    message: `${named(path)} changed while it was packed. Pull again, and keep the store's paths from being collected as garbage.`,
    path: readable(path),
    cause,
  });
}

/** @param lack - the system's error code, such as `EMFILE` */
export function storeUnreadable(path: ByteString, lack: string, cause: unknown): PackingError {
  return new PackingError("ERR_PACKING_STORE_UNREADABLE", {
    message: `${named(path)} cannot be read because the registry's machine has no open files or memory left (${lack}). Pull again later.`,
    path: readable(path),
    cause,
  });
}

export function unsupportedFile(path: ByteString): PackingError {
  return new PackingError("ERR_PACKING_UNSUPPORTED_FILE", {
    message: `${named(path)} is not a regular file, directory or symlink. Fix the package that contains it.`,
    path: readable(path),
  });
}

function named(path: ByteString): string {
  return quote(readable(path), maxPathLength);
}
