import { nearNames } from "./near-names.ts";
import { NixError } from "./nix-error.ts";
import type { BuildFailure } from "./nix-error.ts";

/** What has to be realised for one package. */
export interface SelectedPackage {
  /** As asked for. */
  readonly name: string;
  /** As the package set calls it. */
  readonly attribute: string;
  readonly targets: readonly SelectedTarget[];
}

/** An output of a derivation, or a store path without one. */
export type SelectedTarget =
  | { readonly derivation: string; readonly output: string }
  | { readonly path: string };

type MissingPackage =
  | { readonly name: string; readonly within: string; readonly near: readonly string[] }
  | { readonly name: string; readonly at: string; readonly is: string };

interface Selection {
  readonly missing: readonly MissingPackage[];
  readonly ambiguous: readonly { readonly name: string; readonly candidates: readonly string[] }[];
  readonly refused: readonly RefusedPackage[];
  readonly packages: readonly SelectedPackage[];
}

interface RefusedPackage {
  readonly name: string;
  readonly attribute: string;
  readonly flags: readonly string[];
}

/**
 * Reads what the selection expression gave.
 *
 * @throws NixError with `ERR_NIX_PACKAGE_NOT_FOUND`, `ERR_NIX_PACKAGE_AMBIGUOUS`, or
 * `ERR_NIX_BUILD_FAILED` for packages whose metadata says that they may not be built
 */
export function readSelection(json: string, sourceName: string): readonly SelectedPackage[] {
  const selection: Selection = JSON.parse(json);
  if (selection.missing.length > 0) throw notFound(selection.missing, sourceName);
  if (selection.ambiguous.length > 0) throw ambiguous(selection.ambiguous);
  if (selection.refused.length > 0) throw refusal(selection.refused);
  return selection.packages;
}

function notFound(missing: readonly MissingPackage[], sourceName: string): NixError {
  const absent = missing.filter((item) => "within" in item);
  const others = missing.filter((item) => "at" in item);
  const parts: string[] = [];
  if (absent.length > 0) {
    parts.push(
      `has no package ${list(
        absent.map((item) => quote(item.name)),
        "or",
      )}${hint(absent)}`,
    );
  }
  for (const item of others) {
    const next =
      item.is === "set" ? "a set of packages: ask for one of its attributes" : `a ${item.is}`;
    parts.push(`has no package '${item.name}', because ${item.at} is ${next}`);
  }
  return new NixError("ERR_NIX_PACKAGE_NOT_FOUND", {
    message: `The package set ${sourceName} ${parts.join(" and ")}.`,
    packages: missing.map((item) => item.name),
  });
}

function hint(absent: readonly Extract<MissingPackage, { within: string }>[]): string {
  const near = absent.flatMap((item) => {
    const last = item.within === "" ? item.name : item.name.slice(item.name.lastIndexOf(".") + 1);
    const prefix = item.within === "" ? "" : `${item.within}.`;
    return nearNames(last, item.near).map((name) => prefix + name);
  });
  return near.length > 0 ? ` (near it: ${near.slice(0, 6).join(", ")})` : "";
}

function ambiguous(items: Selection["ambiguous"]): NixError {
  const sentences = items.map(
    (item) => `'${item.name}' can be ${list(item.candidates.map(quote), "or")}`,
  );
  return new NixError("ERR_NIX_PACKAGE_AMBIGUOUS", {
    message: `The package ${sentences.join(", and ")}, which differ only in case: ask for another name.`,
    packages: items.map((item) => item.name),
  });
}

const refusals: readonly (readonly [flag: string, reason: BuildFailure, sentence: string])[] = [
  ["unfree", "unfree", "has an unfree licence: allow it in the package set's config"],
  ["broken", "broken", "is marked as broken: ask for another package or revision"],
  ["insecure", "insecure", "has known vulnerabilities: permit it in the package set's config"],
  ["unsupported", "unsupported-platform", "does not support the platform: ask for another"],
];

function refusal(refused: readonly RefusedPackage[]): NixError {
  const named = refused.map(({ name, flags }) => {
    const known = refusals.find(([flag]) => flags.includes(flag));
    const sentence = known?.[2] ?? "is not available: its package set says so";
    return { name, reason: known?.[1], sentence };
  });
  const sentences = named.map(({ name, sentence }) => `'${name}' ${sentence}`);
  return new NixError("ERR_NIX_BUILD_FAILED", {
    message: `The package ${sentences.join("; ")}.`,
    reason: named[0]?.reason ?? "evaluation",
    packages: named.map(({ name }) => name),
  });
}

function quote(name: string): string {
  return `'${name}'`;
}

/** "a", "a and b", "a, b and c". */
export function list(items: readonly string[], word = "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)!}`;
}
