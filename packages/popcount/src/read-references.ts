import {
  isBinaryCacheError,
  readNarinfo,
  type Reader,
  type TrustedKey,
} from "@nixery/binary-cache";
import { usedNames } from "./use-counter.ts";

export interface ReadReferencesOptions {
  readonly reader: Reader;
  /** Empty: signatures are not checked. */
  readonly keys: readonly TrustedKey[];
  readonly skipInvalid: boolean;
  readonly onWarning: ((message: string) => void) | undefined;
  readonly signal: AbortSignal;
}

export type References =
  | { readonly kind: "found"; readonly names: readonly string[] }
  | { readonly kind: "missing" | "invalid" };

/** Errors of one narinfo file; the others of the cache may be valid. */
const invalidCodes = new Set<string>([
  "ERR_BINARY_CACHE_INVALID_NARINFO",
  "ERR_BINARY_CACHE_UNTRUSTED",
  "ERR_BINARY_CACHE_TOO_LARGE",
]);

/** The names that a path uses, by its narinfo file in a binary cache. */
export async function readReferences(
  cache: URL,
  base: string,
  { reader, keys, skipInvalid, onWarning, signal }: ReadReferencesOptions,
): Promise<References> {
  const trustedKeys = keys.length === 0 ? undefined : keys;
  try {
    const narinfo = await readNarinfo(cache, base, { reader, trustedKeys, signal });
    return narinfo === undefined
      ? { kind: "missing" }
      : { kind: "found", names: usedNames(base, narinfo.references) };
  } catch (error) {
    if (!skipInvalid || !isBinaryCacheError(error) || !invalidCodes.has(error.code)) {
      throw error;
    }
    onWarning?.(error.message);
    return { kind: "invalid" };
  }
}
