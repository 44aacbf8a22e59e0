/**
 * One `/`-separated part of a repository name (distribution-spec, "Pulling manifests"). The
 * separators share no character with what stands between them, so matching takes linear time.
 */
export const namePartPattern: RegExp = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

/** Clients limit the host, `/` and the name together to this many characters. */
export const maxNameLength = 255;

const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * An attribute path as a meta-package may list it: upper case is allowed, `/` and `:` are not,
 * because they separate the parts of a canonical name.
 */
export const attributePattern: RegExp =
  /^[A-Za-z0-9_][A-Za-z0-9_+'-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_+'-]*)*$/;

/**
 * Whether `text` is a whole repository name of at most 255 characters (distribution-spec, "Pulling
 * manifests").
 */
export function isRepositoryName(text: string): boolean {
  return (
    text.length <= maxNameLength && text.split("/").every((part) => namePartPattern.test(part))
  );
}

/** Whether `text` is a tag (distribution-spec, "Pulling manifests"). */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}
