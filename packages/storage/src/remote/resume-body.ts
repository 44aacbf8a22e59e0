export interface ResumeBodyOptions {
  /** The bytes that a first request has already opened. */
  readonly first: AsyncIterable<Uint8Array>;
  /** How many bytes have to come. */
  readonly length: number;
  /** Opens the bytes again, without the first `offset` of them, of the very same object. */
  readonly open: (offset: number) => Promise<AsyncIterable<Uint8Array>>;
  /**
   * Called with what broke the body and how often that happened since the last byte came; waits as
   * long as is polite, or throws what the reader is to see.
   */
  readonly recover: (error: unknown, failures: number) => Promise<void>;
}

/**
 * A body that survives a broken connection: it goes on with the byte after the last one, so a
 * reader who has passed on half an object need not start again. A body that ends early is broken.
 */
export async function* resumeBody(
  options: ResumeBodyOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { length, open, recover } = options;
  let body: AsyncIterable<Uint8Array> | undefined = options.first;
  let offset = 0;
  let failures = 0;
  for (;;) {
    try {
      body ??= await open(offset);
      for await (const chunk of body) {
        offset += chunk.byteLength;
        failures = 0;
        yield chunk;
      }
      if (offset === length) {
        return;
      }
      throw new Error(`the body ended after ${offset} of ${length} bytes`);
    } catch (error) {
      body = undefined;
      failures += 1;
      await recover(error, failures);
    }
  }
}
