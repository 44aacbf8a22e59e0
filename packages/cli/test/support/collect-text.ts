import type { TextOutput } from "../../src/command.ts";

/** Collects the written text. */
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
