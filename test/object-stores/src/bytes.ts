import { collect as collectAtMost } from "@nixery/kit/collect";

/** `bytes` as the source of a write, in chunks of `size`. */
export async function* pieces(
  bytes: Uint8Array,
  size = 100_000,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.byteLength; offset += size) {
    yield bytes.subarray(offset, offset + size);
  }
}

/** More than any object of a test. */
const maxBytes = 64 * 1024 * 1024;

/** All bytes of a body. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await collectAtMost(body, maxBytes));
}
