import { createHash } from "node:crypto";

/** What every source lets its package set be told. */
export interface PackageSetOptions {
  /**
   * Nixpkgs' `config`, such as `{ allowUnfree: true }`: values that JSON can hold. A package set
   * that takes no `config` is not given it. It is part of the cache key.
   * @defaultValue `{}`, whatever the machine's user has in `~/.config/nixpkgs`
   */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** Arguments for a package set that takes them: nothing of nixpkgs is read from the user's home. */
export function packageSetArguments(options: PackageSetOptions): Readonly<Record<string, unknown>> {
  return { config: options.config ?? {}, overlays: [] };
}

/** What the options add to a cache key: nothing where they are not set. */
export function settingsKey(options: PackageSetOptions): string {
  if (options.config === undefined || Object.keys(options.config).length === 0) {
    return "";
  }
  const text = JSON.stringify(options.config, (_key, value: unknown) => sorted(value));
  return `+${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

/** Objects with their keys in order, so that how they were written does not matter. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
