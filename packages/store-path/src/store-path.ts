/** The last component of a store path: `<hash>-<name>` (Nix manual, "Store Path"). */
export interface StorePathBase {
  /** 32 characters of Nix's base 32; also the name of the path's narinfo file. */
  readonly hash: string;
  /** Name with version and output, such as `openssl-3.0.13-bin`. */
  readonly name: string;
}

// Nix's base 32 lacks e, o, t and u. They are allowed because tests and mirrors make up hashes.
const basePattern = /^([0-9a-z]{32})-([0-9a-zA-Z+\-._?=]{1,211})$/;

/** Takes `<hash>-<name>` apart; `undefined` when `text` is something else. */
export function parseStorePathBase(text: string): StorePathBase | undefined {
  const [, hash, name] = basePattern.exec(text) ?? [];
  return hash === undefined || name === undefined ? undefined : { hash, name };
}

/**
 * The `<hash>-<name>` of a store path in any store directory, or of one without its directory;
 * `undefined` when `path` is neither.
 */
export function storePathBase(path: string): string | undefined {
  const start = path.lastIndexOf("/") + 1;
  if (start > 0 && !path.startsWith("/")) {
    return undefined;
  }
  const text = path.slice(start);
  return basePattern.test(text) ? text : undefined;
}

/** Whether `path` is absolute, normalized and directly in a store directory. */
export function isStorePath(path: string): boolean {
  const [root, ...directory] = path.split("/").slice(0, -1);
  return (
    root === "" &&
    directory.every((part) => part !== "" && part !== "." && part !== "..") &&
    storePathBase(path) !== undefined
  );
}

/** Whether a base name is that of a derivation. */
export function isDerivation(base: string): boolean {
  return base.endsWith(".drv");
}
