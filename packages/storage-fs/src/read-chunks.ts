import type { FileHandle } from "node:fs/promises";

export interface ChunkOptions {
  /** Offset of the first byte. */
  readonly start: number;
  /** In bytes. */
  readonly length: number;
  /** Makes an error of the system fit for the reader. */
  explain(this: void, error: unknown): unknown;
}

/** In bytes; larger reads are no faster, smaller ones cost a switch of threads too often. */
const chunkSize = 1024 * 1024;

/**
 * The bytes of a file in large reads, one at a time: the system reads ahead by itself, and a reader
 * that is slow has one chunk in memory.
 */
export async function* readChunks(
  handle: FileHandle,
  { start, length, explain }: ChunkOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = start + length;
  for (let offset = start; offset < end;) {
    const chunk = await readChunk(handle, offset, end).catch((error: unknown) => {
      throw explain(error);
    });
    offset += chunk.byteLength;
    yield chunk;
  }
}

async function readChunk(handle: FileHandle, offset: number, end: number): Promise<Uint8Array> {
  const wanted = Math.min(chunkSize, end - offset);
  const { bytesRead, buffer } = await handle.read(
    Buffer.allocUnsafeSlow(wanted),
    0,
    wanted,
    offset,
  );
  if (bytesRead === 0) {
    throw Object.assign(new Error(`the file ends at byte ${offset}`), { code: "EIO" });
  }
  return buffer.subarray(0, bytesRead);
}
