/** In bytes; the first buffer of the first part, so that a small object needs little memory. */
const firstSmallest = 64 * 1024;

/**
 * The bytes of `source` in parts of exactly `size` bytes, the last one shorter or absent, for uploads
 * that are made of parts. Each part is a buffer of its own, so the source may fill its chunks again
 * and a part can be sent twice. A full part that is no longer needed may be put into `spare` and is
 * filled again; garbage of that size would stay for a while.
 */
export async function* inParts(
  source: AsyncIterable<Uint8Array>,
  size: number,
  spare: Uint8Array<ArrayBuffer>[] = [],
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let part = new Uint8Array(0);
  let used = 0;
  let smallest = firstSmallest;
  for await (const chunk of source) {
    for (let offset = 0; offset < chunk.byteLength;) {
      const bytes = chunk.subarray(offset, offset + size - used);
      part = withSpace(part, used + bytes.byteLength, smallest, size);
      part.set(bytes, used);
      used += bytes.byteLength;
      offset += bytes.byteLength;
      if (used === size) {
        yield part;
        part = spare.pop() ?? new Uint8Array(0);
        used = 0;
        // After a full part, the next one is likely to be full too.
        smallest = size;
      }
    }
  }
  if (used > 0) {
    yield part.subarray(0, used);
  }
}

/** `part`, or a larger copy of it when it has no space for `needed` bytes. */
function withSpace(
  part: Uint8Array<ArrayBuffer>,
  needed: number,
  smallest: number,
  limit: number,
): Uint8Array<ArrayBuffer> {
  if (needed <= part.byteLength) {
    return part;
  }
  const larger = new Uint8Array(Math.min(limit, Math.max(needed, part.byteLength * 4, smallest)));
  larger.set(part);
  return larger;
}
