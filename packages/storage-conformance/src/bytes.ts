import assert from "node:assert/strict";
import { isUint8Array } from "node:util/types";

/** `size` bytes that look random; equal seeds give equal bytes. */
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

/** A body with more empty chunks in a row hangs. */
const maxEmptyChunks = 1000;

/** The chunks of a body of at most `maxBytes`; fails when the body does not end. */
export async function* bounded(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  let empty = 0;
  for await (const chunk of body) {
    assert.ok(isUint8Array(chunk), `a chunk of a body is bytes, not ${typeof chunk}`);
    size += chunk.byteLength;
    empty = chunk.byteLength === 0 ? empty + 1 : 0;
    assert.ok(size <= maxBytes, `a body ends after its ${maxBytes} bytes`);
    assert.ok(empty < maxEmptyChunks, "a body continues after an empty chunk");
    yield chunk;
  }
}

/** The bytes of a body of at most `maxBytes`. */
export async function collect(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bounded(body, maxBytes)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The rest of a body that is being read. */
export function restOf(body: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => body };
}
