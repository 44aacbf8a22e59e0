/** Controls, separators of lines and marks of direction, which JSON leaves as they are. */
const invisible = /[\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/**
 * `text` for a message: in double quotes, invisible characters escaped.
 *
 * @param maxLength - longer texts are cut to this many characters
 */
export function quote(text: string, maxLength: number = 64): string {
  const shown = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return JSON.stringify(shown).replaceAll(
    invisible,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
