/// <reference types="node" preserve="true" />
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { posix } from "node:path";
import { quote } from "@nixery/kit/quote";
import { BinaryCacheError } from "./binary-cache-error.ts";
import type { Narinfo } from "./narinfo.ts";
import { encodeNixBase32 } from "./nix-hash.ts";

/** A key whose signatures are trusted, as in Nix's `trusted-public-keys`. */
export interface TrustedKey {
  readonly name: string;
  /** `<name>:<base64>`, as it was given. */
  readonly text: string;
  readonly key: KeyObject;
}

/** Precedes the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410, 4). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Parses a public key in Nix's form, `cache.example.org-1:<base64 of 32 bytes>`.
 *
 * @throws BinaryCacheError `ERR_BINARY_CACHE_INVALID_OPTION`
 */
export function parseTrustedKey(text: string): TrustedKey {
  const [name, bytes] = split(text);
  if (name === "" || bytes.length !== 32) {
    throw new BinaryCacheError("ERR_BINARY_CACHE_INVALID_OPTION", {
      message: `Invalid public key ${quote(text)}. Write it as name:base64, as Nix does.`,
    });
  }
  const der = Buffer.concat([spkiPrefix, bytes]);
  return { name, text, key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

/** Whether a trusted key signed the path: an Ed25519 signature of {@link fingerprint}. */
export function isSignedBy(narinfo: Narinfo, keys: readonly TrustedKey[]): boolean {
  const text = Buffer.from(fingerprint(narinfo));
  return narinfo.signatures.some((signature) => {
    const [name, bytes] = split(signature);
    return keys.some(
      (key) => key.name === name && bytes.length === 64 && verify(null, text, key.key, bytes),
    );
  });
}

/**
 * The text that is signed: `1;<path>;sha256:<base 32>;<NAR size>;<full references>`, references
 * sorted and with commas (`ValidPathInfo::fingerprint` in Nix).
 */
function fingerprint({ storePath, narHash, narSize, references }: Narinfo): string {
  const directory = posix.dirname(storePath);
  const hash = encodeNixBase32(Buffer.from(narHash.slice("sha256:".length), "hex"));
  const full = references.map((base) => `${directory}/${base}`);
  return `1;${storePath};sha256:${hash};${narSize};${full.join(",")}`;
}

function split(text: string): readonly [name: string, bytes: Buffer] {
  const colon = text.indexOf(":");
  return [text.slice(0, Math.max(colon, 0)), Buffer.from(text.slice(colon + 1), "base64")];
}
