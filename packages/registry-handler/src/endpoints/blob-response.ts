/**
 * The chunks of `body`, which must be `size` bytes long in all: a client believes the length it
 * was told, so a body that is shorter or longer has to fail rather than end. Every failure is also
 * given to `onError`.
 */
export async function* exactBody(
  body: AsyncIterable<Uint8Array>,
  size: number,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0;
  try {
    for await (const chunk of body) {
      sent += chunk.length;
      if (sent > size) {
        throw new RangeError(`The storage gave more than the ${size} bytes it has.`);
      }
      yield chunk;
    }
    if (sent < size) {
      throw new RangeError(`The storage gave ${sent} of ${size} bytes.`);
    }
  } catch (error) {
    onError(error);
    throw error;
  }
}
