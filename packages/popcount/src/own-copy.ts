/**
 * The same text in memory of its own. A slice keeps all of the text alive that it was taken from, so
 * a name that is kept must not be a slice of a file.
 */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
