/**
 * One `/`-separated part of a repository name (distribution-spec, "Pulling manifests"). The
 * separators share no character with what stands between them, so matching takes linear time.
 */
export const namePartPattern: RegExp = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

/** A tag (distribution-spec, "Pulling manifests"). */
export const tagPattern: RegExp = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * An attribute path as a meta-package may list it: upper case is allowed, `/` and `:` are not,
 * because they separate the parts of a canonical name.
 */
export const attributePattern: RegExp =
  /^[A-Za-z0-9_][A-Za-z0-9_+'-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_+'-]*)*$/;

/** Clients cap host, `/` and name together at this many characters. */
export const maxNameLength = 255;

/** `text` for a message: quoted, control characters escaped, cut when long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 63)}…` : text);
}
