/** `bytes` as a stream of one chunk. */
// oxlint-disable-next-line typescript/require-await -- its readers are asynchronous
export async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
