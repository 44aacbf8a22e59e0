import { isRecord } from "@nixery/kit/is-record";
import { type Digest, isDigest } from "@nixery/manifest";

/** A layer that is stored. */
export interface BuiltLayer {
  /** Digest of the encoded bytes, by which they are stored. */
  readonly digest: Digest;
  /** Encoded, in bytes. */
  readonly size: number;
  /** Digest of the tar. */
  readonly diffId: Digest;
}

/** `value` as a layer; `undefined` when it is not one. */
export function parseBuiltLayer(value: unknown): BuiltLayer | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { digest, diffId, size } = value;
  const isSize = typeof size === "number" && Number.isSafeInteger(size) && size > 0;
  return isSize && isDigest(digest) && isDigest(diffId) ? { digest, size, diffId } : undefined;
}
