/** `size` bytes that look random and depend on nothing but `seed` and their offset. */
export function bytesOf(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  for (let index = 0; index < size; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return bytes;
}

/** The source of a write: `bytes` in chunks of `chunkSize`. */
export async function* chunksOf(
  bytes: Uint8Array,
  chunkSize: number = 64 * 1024,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.byteLength; offset += chunkSize) {
    yield bytes.subarray(offset, offset + chunkSize);
  }
}

/** The source of a write that yields just these chunks. */
export async function* yielding(
  ...chunks: readonly Uint8Array[]
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

export async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
