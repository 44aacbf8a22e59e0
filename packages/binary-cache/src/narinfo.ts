import { compareText } from "@nixery/kit/compare-text";
import { quote } from "@nixery/kit/quote";
import { isStorePath, storePathBase } from "@nixery/store-path";
import { BinaryCacheError } from "./binary-cache-error.ts";
import { parseNixHash } from "./nix-hash.ts";

/** A path of a binary cache, as its narinfo file describes it. */
export interface Narinfo {
  /** Absolute, with the store directory of the cache. */
  readonly storePath: string;
  /** Of the compressed NAR: relative to the URL of the cache, or absolute; may have a query. */
  readonly url: string;
  /** Such as `xz`, `zstd` or `none`; `bzip2` when the file has none or an empty one, as in Nix. */
  readonly compression: string;
  /** `<algorithm>:<hexadecimal digits>` of the compressed NAR. */
  readonly fileHash: string | undefined;
  /** Bytes of the compressed NAR. */
  readonly fileSize: number | undefined;
  /** `sha256:<64 hexadecimal digits>` of the NAR, in whatever form the file has it. */
  readonly narHash: string;
  /** Bytes of the NAR. */
  readonly narSize: number;
  /** `<hash>-<name>` of each path that it refers to, which may include itself; sorted, each once. */
  readonly references: readonly string[];
  /** `<hash>-<name>.drv` of the derivation; `undefined` when it is unknown. */
  readonly deriver: string | undefined;
  /** `<key name>:<base64>` of each `Sig` line. */
  readonly signatures: readonly string[];
  /** Content address as the file has it, such as `fixed:r:sha256:<hash>`; not checked. */
  readonly ca: string | undefined;
}

/** Fields that may occur once. */
const singleFields = new Set([
  "StorePath",
  "URL",
  "Compression",
  "FileHash",
  "FileSize",
  "NarHash",
  "NarSize",
  "References",
  "Deriver",
  "CA",
]);

/** The value for an unknown derivation, which Nix takes for a missing field. */
const unknownDeriver = "unknown-deriver";

/**
 * Parses a narinfo file (Nix manual, "Binary cache"; `src/libstore/nar-info.cc`). As in Nix, every
 * line ends with a line feed alone, and unknown fields are ignored. A file without `References` has
 * none.
 *
 * @param origin - names the file in messages, such as the path that it describes
 * @throws BinaryCacheError `ERR_BINARY_CACHE_INVALID_NARINFO`
 */
export function parseNarinfo(text: string, origin: string = "unnamed"): Narinfo {
  const invalid = (reason: string): BinaryCacheError => invalidNarinfo(origin, reason);
  const { fields, signatures } = splitFields(text, invalid);

  const optional = <Value>(
    name: string,
    parse: (text: string) => Value | undefined,
  ): Value | undefined => {
    const value = fields.get(name);
    const parsed = value === undefined ? undefined : parse(value);
    if (value !== undefined && parsed === undefined) {
      throw invalid(`its field "${name}" is ${quote(value)}`);
    }
    return parsed;
  };
  const required = <Value>(name: string, parse: (text: string) => Value | undefined): Value => {
    const value = optional(name, parse);
    if (value === undefined) {
      throw invalid(`it has no field "${name}"`);
    }
    return value;
  };

  return {
    storePath: required("StorePath", (value) => (isStorePath(value) ? value : undefined)),
    url: required("URL", (value) => value || undefined),
    compression: fields.get("Compression") || "bzip2",
    fileHash: optional("FileHash", parseNixHash),
    fileSize: optional("FileSize", parseSize) || undefined,
    narHash: required("NarHash", parseSha256),
    narSize: required("NarSize", (value) => parseSize(value) || undefined),
    references: optional("References", parseReferences) ?? [],
    deriver: fields.get("Deriver") === unknownDeriver ? undefined : optional("Deriver", parseBase),
    signatures,
    ca: fields.get("CA") || undefined,
  };
}

/** An error that names the file and what is wrong with it. */
export function invalidNarinfo(origin: string, reason: string): BinaryCacheError {
  return new BinaryCacheError("ERR_BINARY_CACHE_INVALID_NARINFO", {
    message: `The narinfo file ${quote(origin)} is invalid: ${reason}. Upload it again, or use another cache.`,
  });
}

interface SplitFields {
  readonly fields: ReadonlyMap<string, string>;
  readonly signatures: readonly string[];
}

function splitFields(text: string, invalid: (reason: string) => Error): SplitFields {
  // Without the last line feed the body may be truncated.
  if (!text.endsWith("\n")) {
    throw invalid("it does not end with a line feed");
  }
  const fields = new Map<string, string>();
  const signatures: string[] = [];
  for (const line of text.slice(0, -1).split("\n")) {
    const colon = line.indexOf(": ");
    if (colon < 1) {
      throw invalid(`its line ${quote(line)} is not a field`);
    }
    const name = line.slice(0, colon);
    const value = line.slice(colon + 2);
    if (name === "Sig") {
      signatures.push(value);
    } else if (singleFields.has(name)) {
      if (fields.has(name)) {
        throw invalid(`it has the field "${name}" twice`);
      }
      fields.set(name, value);
    }
  }
  return { fields, signatures };
}

function parseReferences(value: string): readonly string[] | undefined {
  const bases = [...new Set(value.split(" "))].filter((base) => base !== "");
  return bases.every((base) => parseBase(base) !== undefined)
    ? bases.toSorted(compareText)
    : undefined;
}

function parseBase(value: string): string | undefined {
  return storePathBase(value) === value ? value : undefined;
}

function parseSha256(value: string): string | undefined {
  const hash = parseNixHash(value);
  return hash?.startsWith("sha256:") === true ? hash : undefined;
}

function parseSize(value: string): number | undefined {
  const size = Number(value);
  return /^\d{1,16}$/.test(value) && Number.isSafeInteger(size) ? size : undefined;
}
