import { PopcountError } from "./popcount-error.ts";

/** Longer than any store path and any line of `nix-store --dump-db`. */
const maxLine = 64 * 1024;

/**
 * The lines of a byte stream, without their ends; an empty last line is none. Memory holds one
 * chunk and one line, whatever the length of the stream.
 *
 * @throws PopcountError `ERR_POPCOUNT_INVALID_LIST` for a line of more than 64 KiB.
 */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLine) {
      throw new PopcountError("ERR_POPCOUNT_INVALID_LIST", "a line is longer than 64 KiB");
    }
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") {
    yield rest;
  }
}
