/** The distribution specification's grammar of tags; no option of git or path can be written in it. */
export function isTagName(tag: string): boolean {
  return /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(tag);
}

/** A full commit hash in lower case, when the tag is one. */
export function commitOf(tag: string): string | undefined {
  return /^[0-9a-fA-F]{40}$/.test(tag) ? tag.toLowerCase() : undefined;
}

/** Code unit order: the same on every machine, whatever its locale. */
export function sortedTags(tags: Iterable<string>): readonly string[] {
  return [...new Set(tags)].filter(isTagName).toSorted((a, b) => (a < b ? -1 : 1));
}
