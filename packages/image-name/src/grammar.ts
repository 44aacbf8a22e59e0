/** Clients limit the host, `/` and the name together to this many characters. */
export const maxNameLength = 255;

/**
 * One `/`-separated part of a repository name (distribution-spec, "Pulling manifests"). Separators
 * share no character with the text between them, so matching takes linear time.
 */
const namePartPattern = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** `/` and `:` separate the parts of a canonical name. */
const attributePattern = /^[A-Za-z0-9_][A-Za-z0-9_+'-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_+'-]*)*$/;

/**
 * Whether `text` is a whole repository name of at most 255 characters (distribution-spec, "Pulling
 * manifests").
 */
export function isRepositoryName(text: string): boolean {
  return text.length <= maxNameLength && text.split("/").every(isNamePart);
}

/** Whether `text` is a repository name without `/`. */
export function isNamePart(text: string): boolean {
  return namePartPattern.test(text);
}

/** Whether `text` is a tag (distribution-spec, "Pulling manifests"). */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Whether `text` is an attribute path that a meta-package may list: upper case is allowed. */
export function isAttributePath(text: string): boolean {
  return attributePattern.test(text);
}
