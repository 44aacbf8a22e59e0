/**
 * The same text in memory of its own. A slice of a long text keeps all of it alive, so a name that
 * is kept must not be a slice of the file that it was read from.
 */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
