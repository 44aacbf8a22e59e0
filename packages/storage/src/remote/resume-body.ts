export interface ResumeBodyOptions {
  /** The body of the first request. */
  readonly first: AsyncIterable<Uint8Array>;
  /** In bytes; a body that is shorter has been cut off. */
  readonly length: number;
  /** Opens the body of the same object again, without its first `offset` bytes. */
  open(offset: number): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Called with the error of a body and the number of errors since its last byte. Waits before the
   * next request, or throws the error for the reader.
   */
  recover(error: unknown, failures: number): Promise<void>;
}

/**
 * A body that survives a broken connection: it continues with the byte after the last one, since a
 * reader may have passed half of the object on. A body that ends early counts as broken.
 */
export async function* resumeBody(
  options: ResumeBodyOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { length } = options;
  let body: AsyncIterable<Uint8Array> | undefined = options.first;
  let offset = 0;
  let failures = 0;
  for (;;) {
    try {
      body ??= await options.open(offset);
      for await (const chunk of body) {
        offset += chunk.byteLength;
        failures = 0;
        yield chunk;
      }
      if (offset === length) {
        return;
      }
      throw new Error(`The body ended after ${offset} of ${length} bytes.`);
    } catch (error) {
      body = undefined;
      failures += 1;
      await options.recover(error, failures);
    }
  }
}
