import { list, oneLine, quote } from "./message.ts";
import { nearNames } from "./near-names.ts";
import { NixError, type BuildFailure } from "./nix-error.ts";

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
  readonly reason: string;
  readonly detail: readonly string[];
}

/**
 * Reads what the selection expression gave.
 *
 * @throws NixError with `ERR_NIX_PACKAGE_NOT_FOUND`, `ERR_NIX_PACKAGE_AMBIGUOUS`, or
 * `ERR_NIX_BUILD_FAILED` for packages whose metadata says that they may not be built
 */
export function readSelection(json: string, sourceName: string): readonly SelectedPackage[] {
  const selection: Selection = JSON.parse(json);
  if (selection.missing.length > 0) {
    throw notFound(selection.missing, sourceName);
  }
  if (selection.ambiguous.length > 0) {
    throw ambiguous(selection.ambiguous);
  }
  if (selection.refused.length > 0) {
    throw refusal(selection.refused);
  }
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

interface Refusal {
  readonly reason: BuildFailure;
  readonly what: string;
  readonly next: string;
}

const unavailable: Refusal = {
  reason: "evaluation",
  what: "is not available",
  next: "ask for another",
};

const refusals: ReadonlyMap<string, Refusal> = new Map([
  [
    "unfree",
    {
      reason: "unfree",
      what: "has an unfree licence",
      next: "allow it in the package set's config",
    },
  ],
  [
    "broken",
    { reason: "broken", what: "is marked as broken", next: "ask for another package or revision" },
  ],
  [
    "insecure",
    {
      reason: "insecure",
      what: "is marked as insecure",
      next: "permit it in the package set's config",
    },
  ],
  [
    "unsupported",
    {
      reason: "unsupported-platform",
      what: "is not there for the platform",
      next: "ask for another platform or package",
    },
  ],
]);

/** More are cut: one package had 27 vulnerabilities. */
const shownDetails = 3;

function refusal(refused: readonly RefusedPackage[]): NixError {
  const sentences = refused.map(({ name, reason, detail }) => {
    const { what, next } = refusals.get(reason) ?? unavailable;
    const shown = detail.slice(0, shownDetails).map(oneLine).join(", ");
    const more = detail.length > shownDetails ? ", …" : "";
    return `'${name}' ${what}${shown === "" ? "" : ` (${shown}${more})`}: ${next}`;
  });
  const [first] = refused;
  return new NixError("ERR_NIX_BUILD_FAILED", {
    message: `The package ${sentences.join("; ")}.`,
    reason: (refusals.get(first?.reason ?? "") ?? unavailable).reason,
    packages: refused.map(({ name }) => name),
  });
}
