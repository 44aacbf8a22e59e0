/**
 * All bytes of `source`.
 *
 * @param maxBytes - once there are more, the source is closed and `tooLong` makes the error
 */
export async function collect(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  tooLong: () => Error = () => new RangeError(`There are more than ${maxBytes} bytes.`),
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw tooLong();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
