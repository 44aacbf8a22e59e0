import { enumerate } from "@nixery/kit/enumerate";
import { oneLine } from "@nixery/kit/one-line";
import { quote } from "@nixery/kit/quote";
import { type BuildFailure, PackageSourceError } from "@nixery/package-source";
import { nearNames } from "./near-names.ts";

/** A name that is not in the set `within`, or whose value `at` is not a package but of type `is`. */
export type MissingPackage =
  | { readonly name: string; readonly within: string; readonly near: readonly string[] }
  | { readonly name: string; readonly at: string; readonly is: string };

export interface AmbiguousPackage {
  readonly name: string;
  /** Attribute paths. */
  readonly candidates: readonly string[];
}

/** A package that must not be built by its metadata. */
export interface RefusedPackage {
  readonly name: string;
  readonly reason: string;
  /** Such as licences or vulnerabilities. */
  readonly detail: readonly string[];
}

/** Similar names in a message. */
const maxNear = 6;

/** The error that names all missing packages, and suggests others. */
export function notFound(
  missing: readonly MissingPackage[],
  sourceName: string,
): PackageSourceError {
  const names = missing.map(({ name }) => quote(name));
  const others = missing.filter((item) => "at" in item);
  const found = others.map(({ at, is }) => `${quote(at)} is ${typeNames.get(is) ?? `a ${is}`}`);
  const reason = found.length > 0 ? ` (${enumerate(found)})` : "";
  const suggestions = [
    ...missing
      .flatMap(near)
      .slice(0, maxNear)
      .map((name) => quote(name)),
    ...others.filter(({ is }) => is === "set").map(({ at }) => `an attribute of ${quote(at)}`),
  ];
  const next = suggestions.length > 0 ? `Try ${enumerate(suggestions, "or")}` : "Check the name";
  return new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_FOUND", {
    message: `The package set ${sourceName} has no package ${enumerate(names, "or")}${reason}. ${next}.`,
    packages: missing.map(({ name }) => name),
  });
}

/** Nix's types, where their own names are unclear to users. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ["set", "a set of packages"],
  ["lambda", "a function"],
  ["int", "an integer"],
]);

/** Names near a missing one, with the sets that they are in. */
function near(item: MissingPackage): readonly string[] {
  if (!("within" in item)) {
    return [];
  }
  const { name, within } = item;
  const last = name.slice(name.lastIndexOf(".") + 1);
  return within === ""
    ? nearNames(name, item.near)
    : nearNames(last, item.near).map((nearName) => `${within}.${nearName}`);
}

/** The error that names the candidates of each ambiguous package. */
export function ambiguous(items: readonly AmbiguousPackage[]): PackageSourceError {
  const meanings = items.map(({ name, candidates }) => {
    const attributes = candidates.map((attribute) => quote(attribute));
    return `${quote(name)} can mean ${enumerate(attributes, "or")}`;
  });
  return new PackageSourceError("ERR_PACKAGE_SOURCE_AMBIGUOUS", {
    message: `The package ${enumerate(meanings)}, which differ only in case. Use another name.`,
    packages: items.map(({ name }) => name),
  });
}

interface Refusal {
  readonly reason: BuildFailure;
  readonly predicate: string;
  readonly next: string;
}

const unavailable: Refusal = {
  reason: "evaluation",
  predicate: "is not available",
  next: "use another package",
};

const allow = "allow it in the package set's config";

const refusals: ReadonlyMap<string, Refusal> = new Map([
  ["unfree", { reason: "unfree", predicate: "has an unfree licence", next: allow }],
  ["broken", { reason: "broken", predicate: "is marked as broken", next: "use another revision" }],
  ["insecure", { reason: "insecure", predicate: "is marked as insecure", next: allow }],
  [
    "unsupported",
    {
      reason: "unsupported-platform",
      predicate: "is unsupported on this platform",
      next: "use another platform",
    },
  ],
]);

/** One package of nixpkgs had 27 vulnerabilities. */
const maxDetails = 3;

/** The error with the reason for each refused package; its `reason` is that of the first. */
export function refused(items: readonly RefusedPackage[]): PackageSourceError {
  const all = items.map(({ name, reason, detail }) => ({
    ...(refusals.get(reason) ?? unavailable),
    subject: quote(name),
    details: detailList(detail),
  }));
  const clauses = all.map(({ subject, predicate, details }) => `${subject} ${predicate}${details}`);
  const next = enumerate([...new Set(all.map((item) => item.next))], "or");
  return new PackageSourceError("ERR_PACKAGE_SOURCE_BUILD_FAILED", {
    message: `The package ${enumerate(clauses)}. ${next.charAt(0).toUpperCase()}${next.slice(1)}.`,
    reason: all[0]?.reason,
    packages: items.map(({ name }) => name),
  });
}

function detailList(detail: readonly string[]): string {
  const shown = detail.slice(0, maxDetails).map((text) => oneLine(text));
  const all = detail.length > maxDetails ? [...shown, "…"] : shown;
  return all.length > 0 ? ` (${all.join(", ")})` : "";
}
