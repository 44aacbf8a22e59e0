import assert from "node:assert/strict";
import { isUint8Array } from "node:util/types";

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

/** So many empty chunks in a row are not chunks of any size but a body that stands still. */
const mostEmpty = 1000;

/**
 * The chunks of a body that has `most` bytes or fewer. One that does not end is told as such, rather
 * than taking all memory or all time of the machine.
 */
export async function* bounded(
  body: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  let empty = 0;
  for await (const chunk of body) {
    assert.ok(isUint8Array(chunk), `a chunk of a body is bytes, not ${typeof chunk}`);
    size += chunk.byteLength;
    empty = chunk.byteLength === 0 ? empty + 1 : 0;
    assert.ok(size <= most, `a body ends after the ${most} bytes that it has at most`);
    assert.ok(empty < mostEmpty, "a body goes on after an empty chunk");
    yield chunk;
  }
}

/** The bytes of a body that has `most` bytes or fewer. */
export async function collect(body: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bounded(body, most)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What is left of a body that somebody reads already. */
export function restOf(body: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => body };
}
