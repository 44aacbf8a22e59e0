import type { FileHandle } from "node:fs/promises";

/** In bytes; smaller writes cost a switch of threads too often, and compressors yield 16 KiB. */
const batchSize = 256 * 1024;

/** Writes all that `source` yields to the file, small chunks together. */
export async function writeChunks(
  handle: FileHandle,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const batch = Buffer.allocUnsafeSlow(batchSize);
  let used = 0;
  const flush = async (): Promise<void> => {
    await handle.writeFile(batch.subarray(0, used));
    used = 0;
  };
  for await (const chunk of source) {
    if (used + chunk.byteLength > batchSize) {
      await flush();
    }
    if (chunk.byteLength >= batchSize) {
      await handle.writeFile(chunk);
    } else {
      batch.set(chunk, used);
      used += chunk.byteLength;
    }
  }
  await flush();
}
