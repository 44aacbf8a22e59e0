/** `text` on one line: white space folded, cut to `maxLength` characters. */
export function oneLine(text: string, maxLength: number = 500): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
