import { basename } from "node:path";
import { compareText } from "@nixery/kit/compare-text";
import { isRecord } from "@nixery/kit/is-record";
import type { ClosurePath } from "@nixery/store-path";

/**
 * Parses the output of `nix path-info --json`, in each of its shapes: an array of objects with a
 * `path` (to Nix 2.18), an object by path (from 2.19; `--json-format 1`), and an `info` object by
 * base name beside the `storeDir` (`--json-format 2` and later, from 2.33).
 *
 * @returns sorted by path; references are absolute, sorted and without the path itself
 * @throws SyntaxError for any other shape
 */
export function parsePathInfo(json: string): ClosurePath[] {
  const document: unknown = JSON.parse(json);
  return entriesOf(document)
    .map(([path, info]) => closurePath(path, info))
    .toSorted((a, b) => compareText(a.path, b.path));
}

function entriesOf(document: unknown): (readonly [path: string, info: unknown])[] {
  if (Array.isArray(document)) {
    return document.map((info: unknown) => [isRecord(info) ? String(info["path"]) : "", info]);
  }
  if (!isRecord(document)) {
    throw new SyntaxError("no JSON object");
  }
  const { info, storeDir } = document;
  if (!isRecord(info) || typeof storeDir !== "string") {
    return Object.entries(document);
  }
  return Object.entries(info).map(([name, value]) => [
    absolute(storeDir, name),
    isRecord(value) ? { ...value, references: absoluteAll(storeDir, value["references"]) } : value,
  ]);
}

function closurePath(path: string, info: unknown): ClosurePath {
  const { narSize, references } = isRecord(info) ? info : {};
  if (!path.startsWith("/") || typeof narSize !== "number" || !isStringArray(references)) {
    throw new SyntaxError(`no size and references of ${basename(path)}`);
  }
  return {
    path,
    narSize,
    references: [...new Set(references)].filter((other) => other !== path).toSorted(compareText),
  };
}

function absoluteAll(storeDir: string, names: unknown): unknown {
  return isStringArray(names) ? names.map((name) => absolute(storeDir, name)) : names;
}

function absolute(storeDir: string, name: string): string {
  return name.startsWith("/") ? name : `${storeDir}/${name}`;
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
