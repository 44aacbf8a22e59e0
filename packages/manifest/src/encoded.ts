import type { Descriptor } from "./descriptor.ts";
import { sha256Digest } from "./digest.ts";
import { encodeJson } from "./encode-json.ts";

/** The bytes of a document and its descriptor. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly descriptor: Descriptor;
}

/** Encodes `value` and describes the bytes as `mediaType`. */
export function encode(mediaType: string, value: unknown): Encoded {
  const bytes = encodeJson(value);
  return { bytes, descriptor: { mediaType, digest: sha256Digest(bytes), size: bytes.length } };
}
