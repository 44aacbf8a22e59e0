import { PopcountError } from "./popcount-error.ts";
import { storePathBase } from "./store-path.ts";

/** What a narinfo file says, as far as it matters for counting and for its signatures. */
export interface Narinfo {
  /** With the store directory. */
  readonly storePath: string;
  /** `<hash>-<name>` of each path that it refers to, itself included, as the file has them. */
  readonly references: readonly string[];
  /** As written, usually `sha256:` and 52 characters of Nix's base 32. */
  readonly narHash: string;
  /** Bytes. */
  readonly narSize: number;
  /** `<key name>:<base64>`, one for each `Sig` line. */
  readonly signatures: readonly string[];
}

/** Fields that may stand once; `Sig` may be repeated, and unknown fields are left alone as in Nix. */
const single = new Set(["StorePath", "URL", "NarHash", "NarSize", "References"]);

/**
 * Reads a narinfo file (Nix manual, "Binary cache"; `src/libstore/nar-info.cc`). A cache that
 * leaves `References` out says that there are none.
 *
 * @throws PopcountError `ERR_POPCOUNT_INVALID_NARINFO` naming what is wrong with it.
 */
export function parseNarinfo(text: string): Narinfo {
  // Nix ends every line; a missing end is the sign of a body that was cut.
  if (!text.endsWith("\n")) {
    throw invalid("does not end with a line break");
  }
  const fields = new Map<string, string>();
  const signatures: string[] = [];
  for (const line of text.slice(0, -1).split("\n")) {
    const colon = line.indexOf(": ");
    if (colon < 1) {
      throw invalid(`has the line ${JSON.stringify(line.slice(0, 80))}`);
    }
    const name = line.slice(0, colon);
    const value = line.slice(colon + 2);
    if (name === "Sig") {
      signatures.push(value);
    } else if (single.has(name)) {
      if (fields.has(name)) {
        throw invalid(`has the field ${name} twice`);
      }
      fields.set(name, value);
    }
  }
  const storePath = required(fields, "StorePath");
  if (!storePath.startsWith("/") || storePathBase(storePath) === undefined) {
    throw invalid(`has the store path ${JSON.stringify(storePath.slice(0, 80))}`);
  }
  required(fields, "URL");
  return {
    storePath,
    references: parseReferences(fields.get("References") ?? ""),
    narHash: required(fields, "NarHash"),
    narSize: parseSize(required(fields, "NarSize")),
    signatures,
  };
}

function parseReferences(value: string): readonly string[] {
  const references = value.split(" ").filter((reference) => reference !== "");
  const wrong = references.find(
    (reference) => reference.includes("/") || storePathBase(reference) === undefined,
  );
  if (wrong !== undefined) {
    throw invalid(`has the reference ${JSON.stringify(wrong.slice(0, 80))}`);
  }
  return references;
}

function parseSize(value: string): number {
  const size = /^\d{1,16}$/.test(value) ? Number(value) : 0;
  if (size === 0 || !Number.isSafeInteger(size)) {
    throw invalid(`has the NAR size ${JSON.stringify(value.slice(0, 40))}`);
  }
  return size;
}

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === "") {
    throw invalid(`has no field ${name}`);
  }
  return value;
}

function invalid(what: string): PopcountError {
  return new PopcountError("ERR_POPCOUNT_INVALID_NARINFO", `the narinfo file ${what}`);
}
