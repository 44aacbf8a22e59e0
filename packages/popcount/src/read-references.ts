import { posix } from "node:path";
import { below } from "./location.ts";
import { parseNarinfo, type Narinfo } from "./narinfo.ts";
import { isSignedBy, type TrustedKey } from "./narinfo-signature.ts";
import { PopcountError, isPopcountError } from "./popcount-error.ts";
import { readText, type Reader } from "./reader.ts";
import { usedNames } from "./use-counter.ts";

export interface ReadReferencesOptions {
  readonly reader: Reader;
  /** None: signatures are not looked at. */
  readonly keys: readonly TrustedKey[];
  readonly skipInvalid: boolean;
  readonly onWarning: ((message: string) => void) | undefined;
  readonly signal: AbortSignal;
}

export type References =
  | { readonly kind: "found"; readonly names: readonly string[] }
  | { readonly kind: "missing" | "invalid" };

/** Far above what a path with thousands of references needs. */
const maxBytes = 4 * 1024 * 1024;

/** Which names a path uses, by its narinfo file in a binary cache. */
export async function readReferences(
  cache: URL,
  basename: string,
  options: ReadReferencesOptions,
): Promise<References> {
  const url = below(cache, `${basename.slice(0, 32)}.narinfo`);
  try {
    const narinfo = await options.reader.open(
      url,
      async (body) => parseNarinfo(await readText(body, maxBytes)),
      options,
    );
    if (narinfo === undefined) {
      return { kind: "missing" };
    }
    check(narinfo, basename, options.keys);
    return { kind: "found", names: usedNames(basename, narinfo.references) };
  } catch (error) {
    if (!isInvalid(error)) {
      throw error;
    }
    const message = `${basename}: ${error.message}`;
    if (!options.skipInvalid) {
      throw new PopcountError(error.code, message, { cause: error });
    }
    options.onWarning?.(message);
    return { kind: "invalid" };
  }
}

function check(narinfo: Narinfo, basename: string, keys: readonly TrustedKey[]): void {
  if (posix.basename(narinfo.storePath) !== basename) {
    throw new PopcountError(
      "ERR_POPCOUNT_INVALID_NARINFO",
      `the narinfo file is about ${narinfo.storePath}`,
    );
  }
  if (keys.length > 0 && !isSignedBy(narinfo, keys)) {
    throw new PopcountError(
      "ERR_POPCOUNT_INVALID_NARINFO",
      "the narinfo file has no valid signature by a trusted key",
    );
  }
}

function isInvalid(error: unknown): error is PopcountError {
  return (
    isPopcountError(error, "ERR_POPCOUNT_INVALID_NARINFO") ||
    isPopcountError(error, "ERR_POPCOUNT_TOO_LARGE")
  );
}
