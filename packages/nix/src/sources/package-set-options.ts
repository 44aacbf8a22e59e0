import { createHash } from "node:crypto";
import { compareText } from "@nixery/kit/compare-text";
import { isRecord } from "@nixery/kit/is-record";

/** Arguments that every source can pass to its package set. */
export interface PackageSetOptions {
  /**
   * Nixpkgs' `config`, such as `{ allowUnfree: true }`: JSON values. A package set without an
   * argument `config` does not receive it. It is part of the cache key.
   * @defaultValue `{}`; `~/.config/nixpkgs` is never read
   */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** The part of a cache key for the options; empty when none is set. */
export function settingsKey(options: PackageSetOptions): string {
  if (options.config === undefined || Object.keys(options.config).length === 0) {
    return "";
  }
  const text = JSON.stringify(options.config, (_key, value: unknown) => sorted(value));
  return `+${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

/** An object's keys in order, so that equal objects give the same text. */
function sorted(value: unknown): unknown {
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareText(a, b)))
    : value;
}
