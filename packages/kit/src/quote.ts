/**
 * `text` for a message: in double quotes, control characters escaped.
 *
 * @param maxLength - longer texts are cut to this many characters
 */
export function quote(text: string, maxLength: number = 64): string {
  return JSON.stringify(text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text);
}
