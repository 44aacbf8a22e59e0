import type { FileHandle } from "node:fs/promises";
import type { ByteString } from "./byte-string.ts";
import { storeChanged, type StoreFiles } from "./store-files.ts";
import type { TarEntry } from "./tar-entry.ts";

/** Files up to this many bytes are read in one go, ahead of their turn. */
const small = 128 * 1024;
/** Bytes that one read of a larger file asks for. */
const chunkSize = 1 << 20;

/** The entry of a file. A small one is read at once, a large one when the entry's turn comes. */
export async function readFile(files: StoreFiles, path: ByteString): Promise<TarEntry> {
  const handle = await files.open(path);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      throw storeChanged(path);
    }
    // Nix knows files that can be executed and files that cannot; it makes them 0555 and 0444.
    const mode = (stats.mode & 0o100) === 0 ? 0o444 : 0o555;
    const common = { type: "file", name: path.slice(1), mode, size: stats.size } as const;
    if (stats.size > small) {
      return { ...common, content: readLarge(files, path, stats.size) };
    }
    return { ...common, content: await readSmall(handle, path, stats.size) };
  } finally {
    await handle.close();
  }
}

async function readSmall(handle: FileHandle, path: ByteString, size: number): Promise<Uint8Array> {
  // One byte more than there should be, to see a file that grew.
  const buffer = Buffer.allocUnsafe(size + 1);
  const length = await readFully(handle, buffer, 0);
  if (length !== size) {
    throw storeChanged(path);
  }
  return buffer.subarray(0, size);
}

async function* readLarge(
  files: StoreFiles,
  path: ByteString,
  size: number,
): AsyncGenerator<Uint8Array> {
  const handle = await files.open(path);
  try {
    let position = 0;
    while (position <= size) {
      const buffer = Buffer.allocUnsafe(Math.min(chunkSize, size - position + 1));
      const length = await readFully(handle, buffer, position);
      position += length;
      if (length > 0 && position <= size) {
        yield buffer.subarray(0, length);
      }
      if (length < buffer.length) {
        break;
      }
    }
    if (position !== size) {
      throw storeChanged(path);
    }
  } finally {
    await handle.close();
  }
}

/** Fills `buffer` unless the file ends before; resolves to the bytes read. */
async function readFully(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(
      buffer,
      filled,
      buffer.length - filled,
      position + filled,
    );
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return filled;
}
