/** The last component of a store path, taken apart: `<hash>-<name>`. */
export interface StorePathBase {
  /** 32 characters; the name of the path's narinfo file. */
  readonly hash: string;
  /** Name with version and output, such as `openssl-3.0.13-bin`. */
  readonly name: string;
}

// As lenient about the hash as Nixery, and about names what Nix allows: at most 211 characters of
// these (Nix manual, "Store Path").
const base = /^([0-9a-z]{32})-([0-9a-zA-Z+\-._?=]{1,211})$/;

/** Takes `<hash>-<name>` apart, or `undefined` when it is something else. */
export function parseStorePathBase(text: string): StorePathBase | undefined {
  const [, hash, name] = base.exec(text) ?? [];
  return hash === undefined || name === undefined ? undefined : { hash, name };
}

/**
 * The `<hash>-<name>` of a store path in whatever store directory, or of one written without its
 * directory; `undefined` when it is neither.
 */
export function storePathBase(path: string): string | undefined {
  const start = path.lastIndexOf("/") + 1;
  if (start > 0 && !path.startsWith("/")) {
    return undefined;
  }
  const text = path.slice(start);
  return base.test(text) ? text : undefined;
}

/** Whether a base name is that of a derivation: a recipe for a build, which no user runs. */
export function isDerivation(basename: string): boolean {
  return basename.endsWith(".drv");
}
