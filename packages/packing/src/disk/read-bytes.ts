import type { FileHandle } from "node:fs/promises";
import type { ByteString } from "../byte-string.ts";
import { storeChanged } from "./disk-errors.ts";
import type { DiskFiles } from "./disk-files.ts";

/** Bytes that one read asks for. */
const chunkSize = 1 << 20;

export interface ReadBytesOptions {
  readonly start: number;
  readonly length: number;
  /** Whether the file has to end there. */
  readonly isWhole?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of a file; rejects with `ERR_PACKING_STORE_CHANGED` when it has fewer. */
export async function* readBytes(
  files: DiskFiles,
  path: ByteString,
  { start, length, isWhole = false, signal }: ReadBytesOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = start + length;
  // One byte more shows a file that grew.
  const limit = isWhole ? end + 1 : end;
  const handle = await files.open(path, signal);
  try {
    let position = start;
    while (position < limit) {
      signal?.throwIfAborted();
      const buffer = Buffer.allocUnsafe(Math.min(chunkSize, limit - position));
      const read = await readFully(handle, buffer, position);
      position += read;
      if (read > 0 && position <= end) {
        yield buffer.subarray(0, read);
      }
      if (read < buffer.length) {
        break;
      }
    }
    if (position !== end) {
      throw storeChanged(path);
    }
  } finally {
    await handle.close();
  }
}

/** Fills `buffer` unless the file is shorter; resolves to the number of bytes read. */
export async function readFully(
  handle: FileHandle,
  buffer: Buffer,
  position: number,
): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const length = buffer.length - filled;
    const { bytesRead } = await handle.read(buffer, filled, length, position + filled);
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return filled;
}
