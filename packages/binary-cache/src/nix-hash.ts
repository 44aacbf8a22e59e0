/** Bytes of the hashes that Nix writes (`HashAlgorithm` in Nix). */
const sizes: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64 };

/** Nix's base 32: without e, o, t and u. */
const digits = "0123456789abcdfghijklmnpqrsvwxyz";
/** Their values by character code; a count parses two hashes for each path. */
const values = new Int8Array(128).fill(-1);
for (const [value, digit] of Array.from(digits).entries()) {
  values[digit.charCodeAt(0)] = value;
}

/**
 * A hash in any form that Nix reads (`<algorithm>:` and base 16, 32 or 64, or `<algorithm>-` and
 * base 64) as `<algorithm>:<hexadecimal digits>`; `undefined` when `text` is not a hash.
 */
export function parseNixHash(text: string): string | undefined {
  const [, algorithm = "", separator, encoded = ""] = /^([a-z0-9]+)([:-])(.+)$/.exec(text) ?? [];
  const size = Object.hasOwn(sizes, algorithm) ? sizes[algorithm] : undefined;
  if (size === undefined) {
    return undefined;
  }
  const bytes = separator === "-" ? decodeBase64(encoded, size) : decodeByLength(encoded, size);
  return bytes && `${algorithm}:${bytes.toString("hex")}`;
}

/** Bytes in Nix's base 32: least significant digit last, without padding. */
export function encodeNixBase32(bytes: Uint8Array): string {
  let text = "";
  for (let digit = base32Length(bytes.length) - 1; digit >= 0; digit -= 1) {
    const index = Math.floor((digit * 5) / 8);
    const pair = (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8);
    text += digits[(pair >>> ((digit * 5) % 8)) & 31];
  }
  return text;
}

/** As in Nix, the length determines the base. */
function decodeByLength(encoded: string, size: number): Buffer | undefined {
  if (encoded.length === size * 2) {
    return /^[0-9a-f]*$/i.test(encoded) ? Buffer.from(encoded, "hex") : undefined;
  }
  return encoded.length === base32Length(size)
    ? decodeNixBase32(encoded, size)
    : decodeBase64(encoded, size);
}

function decodeNixBase32(encoded: string, size: number): Buffer | undefined {
  // One byte more, for the bits that have to be zero.
  const bytes = Buffer.alloc(size + 1);
  for (let digit = 0; digit < encoded.length; digit += 1) {
    const value = values[encoded.charCodeAt(encoded.length - 1 - digit)] ?? -1;
    if (value === -1) {
      return undefined;
    }
    const bit = digit * 5;
    const pair = value << (bit % 8);
    bytes[bit >>> 3]! |= pair & 0xff;
    bytes[(bit >>> 3) + 1]! |= pair >>> 8;
  }
  return bytes[size] === 0 ? bytes.subarray(0, size) : undefined;
}

function decodeBase64(encoded: string, size: number): Buffer | undefined {
  const bytes = Buffer.from(encoded, "base64");
  // Node skips characters that are not base 64.
  return bytes.length === size && bytes.toString("base64") === encoded ? bytes : undefined;
}

function base32Length(size: number): number {
  return Math.ceil((size * 8) / 5);
}
