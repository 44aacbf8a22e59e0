import type { TextOutput } from "../../src/progress.ts";

/** Keeps what is written. */
export function collectText(
  terminal: { readonly isTTY?: boolean; readonly columns?: number } = {},
): TextOutput & { text(): string } {
  let text = "";
  return {
    ...terminal,
    write(more) {
      text += more;
    },
    text: () => text,
  };
}
