import type { FileHandle } from "node:fs/promises";
import type { ByteString } from "../byte-string.ts";
import type { StoreEntry, StoreFile } from "../store-reader.ts";
import { storeChanged } from "./disk-errors.ts";
import type { DiskFiles } from "./disk-files.ts";
import { readBytes, readFully } from "./read-bytes.ts";
import type { FoundPath } from "./walk-disk.ts";

/** Files up to this many bytes are read in one go, ahead of their turn. */
const maxSmallSize = 128 * 1024;

/** The entry of a path that a walk found. */
export async function readEntry(
  files: DiskFiles,
  { path, kind }: FoundPath,
  signal: AbortSignal | undefined,
): Promise<StoreEntry> {
  switch (kind) {
    case "directory":
      return { kind, path };
    case "symlink":
      return { kind, path, target: await files.readLink(path) };
    case "file":
      return await readFile(files, path, signal);
  }
}

/** Reads a small file at once; the content of a large one is read when it is asked for. */
async function readFile(
  files: DiskFiles,
  path: ByteString,
  signal: AbortSignal | undefined,
): Promise<StoreFile> {
  const handle = await files.open(path, signal);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      throw storeChanged(path);
    }
    const { size } = stats;
    const isExecutable = (stats.mode & 0o100) !== 0;
    const content =
      size > maxSmallSize
        ? readBytes(files, path, { start: 0, length: size, isWhole: true, signal })
        : await readSmall(handle, path, size);
    return { kind: "file", path, isExecutable, size, content };
  } finally {
    await handle.close();
  }
}

async function readSmall(handle: FileHandle, path: ByteString, size: number): Promise<Uint8Array> {
  // One byte more shows a file that grew.
  const buffer = Buffer.allocUnsafe(size + 1);
  const length = await readFully(handle, buffer, 0);
  if (length !== size) {
    throw storeChanged(path);
  }
  return buffer.subarray(0, size);
}
