/** Longer than any store path and any line of `nix-store --dump-db`. */
const maxLength = 64 * 1024;

/**
 * The lines of a byte stream, without their ends; an empty last line is left out. Memory holds one
 * chunk and one line at a time.
 *
 * @param tooLong - makes the error for a line of more than 64 KiB
 */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  tooLong: () => Error,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLength) {
      throw tooLong();
    }
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") {
    yield rest;
  }
}
