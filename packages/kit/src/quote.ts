/** Longer texts are cut to this many characters. */
const maxLength = 64;

/** `text` for a message: in double quotes, control characters escaped, cut when long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text);
}
