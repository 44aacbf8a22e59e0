import { posix } from "node:path";
import { quote } from "@nixery/kit/quote";
import { parseStorePathBase } from "@nixery/store-path";
import { BinaryCacheError } from "./binary-cache-error.ts";
import { below } from "./location.ts";
import { invalidNarinfo, type Narinfo, parseNarinfo } from "./narinfo.ts";
import { isSignedBy, type TrustedKey } from "./narinfo-signature.ts";
import { readText } from "./open-body.ts";
import type { Reader } from "./reader.ts";

export interface ReadNarinfoOptions {
  readonly reader: Reader;
  /**
   * Keys of which one must have signed the path; no path passes an empty list.
   * @defaultValue signatures are not checked
   */
  readonly trustedKeys?: readonly TrustedKey[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Far more than a path with thousands of references needs. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Reads the narinfo file of a path from a binary cache; `undefined` when the cache does not have it.
 *
 * @param base - `<hash>-<name>` of the path
 * @throws BinaryCacheError
 */
export async function readNarinfo(
  cache: URL,
  base: string,
  { reader, trustedKeys, signal }: ReadNarinfoOptions,
): Promise<Narinfo | undefined> {
  const hash = parseStorePathBase(base)?.hash ?? base;
  const narinfo = await reader.open(
    below(cache, `${hash}.narinfo`),
    async (body) => parseNarinfo(await readText(body, maxBytes), base),
    { signal },
  );
  if (narinfo === undefined) {
    return undefined;
  }
  if (posix.basename(narinfo.storePath) !== base) {
    throw invalidNarinfo(base, `it describes ${quote(narinfo.storePath)}`);
  }
  if (trustedKeys !== undefined && !isSignedBy(narinfo, trustedKeys)) {
    throw new BinaryCacheError("ERR_BINARY_CACHE_UNTRUSTED", {
      message: `No trusted key signed ${quote(base)}. Add the key of the cache to the trusted ones, or use another cache.`,
    });
  }
  return narinfo;
}
