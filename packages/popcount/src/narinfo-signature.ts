import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { posix } from "node:path";
import type { Narinfo } from "./narinfo.ts";
import { PopcountError } from "./popcount-error.ts";

/** A key whose signatures are trusted, as in Nix's `trusted-public-keys`. */
export interface TrustedKey {
  readonly name: string;
  /** `<name>:<base64>`, as it was given. */
  readonly text: string;
  readonly key: KeyObject;
}

/** What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410, 4). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Reads a public key in the form that Nix has them, `cache.example.org-1:<base64 of 32 bytes>`.
 *
 * @throws PopcountError `ERR_POPCOUNT_USAGE` when it is not one.
 */
export function parseTrustedKey(text: string): TrustedKey {
  const [name, bytes] = split(text);
  if (name === "" || bytes.length !== 32) {
    throw new PopcountError(
      "ERR_POPCOUNT_USAGE",
      `"${text}" is not a public key; write it as Nix does, name:base64`,
    );
  }
  const der = Buffer.concat([spkiPrefix, bytes]);
  return { name, text, key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

/**
 * Whether a trusted key signed the file. The signed text is
 * `1;<store path>;<NAR hash>;<NAR size>;<full references, sorted, with commas>`
 * (`ValidPathInfo::fingerprint` in Nix).
 */
export function isSignedBy(narinfo: Narinfo, keys: readonly TrustedKey[]): boolean {
  const text = Buffer.from(fingerprint(narinfo));
  return narinfo.signatures.some((signature) => {
    const [name, bytes] = split(signature);
    return keys.some(
      (key) => key.name === name && bytes.length === 64 && verify(null, text, key.key, bytes),
    );
  });
}

function fingerprint({ storePath, narHash, narSize, references }: Narinfo): string {
  const directory = posix.dirname(storePath);
  const full = [...new Set(references)].toSorted().map((reference) => `${directory}/${reference}`);
  return `1;${storePath};${narHash};${narSize};${full.join(",")}`;
}

function split(text: string): readonly [name: string, bytes: Buffer] {
  const colon = text.indexOf(":");
  return [text.slice(0, Math.max(colon, 0)), Buffer.from(text.slice(colon + 1), "base64")];
}
