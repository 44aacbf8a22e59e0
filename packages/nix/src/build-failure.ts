import { NixError } from "./nix-error.ts";
import type { BuildFailure } from "./nix-error.ts";
import type { NixLog } from "./nix-log.ts";
import type { SelectedPackage } from "./selection.ts";

/** What nixpkgs and Nix write, old and new, when a package may not be built. */
const refusals: readonly (readonly [reason: BuildFailure, pattern: RegExp])[] = [
  ["unfree", /unfree licen[cs]e|blocklisted licen[cs]e|an unfree package/i],
  ["insecure", /marked as insecure|known vulnerabilit/i],
  ["broken", /marked as broken/i],
  [
    "unsupported-platform",
    /not available on the requested|is not supported (?:on|for)|required to build '[^']*', but I am a|Required system|required system or feature not available|Unsupported system/i,
  ],
];

const unavailable =
  /unable to download|unable to connect|Failed to fetch|cannot download|error opening connection|Could(?:n't| not) resolve host/i;

/** The error of an evaluation that Nix gave up. */
export function evaluationError(log: NixLog, packages: readonly string[]): NixError {
  const errors = log.errors();
  const said = errors.at(-1)?.message ?? log.tail().at(-1) ?? "Nix gave no reason";
  const reason = reasonOf(said) ?? (failedDerivation(log) === undefined ? "evaluation" : "builder");
  if (reason === "builder") return builderError(log, [], packages);
  const mark = log.mark();
  const concerned = mark === undefined || !packages.includes(mark) ? packages : [mark];
  if (mark === undefined && unavailable.test(said)) {
    return new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
      message: `The package set cannot be fetched now (${oneLine(said)}): pull again later.`,
      log: log.tail(),
    });
  }
  return new NixError("ERR_NIX_BUILD_FAILED", {
    message: `The package set cannot evaluate ${quoteAll(concerned)}: ${oneLine(said)}`,
    packages: concerned,
    reason,
    log: log.tail(),
  });
}

/** The error of a build that Nix gave up. */
export function builderError(
  log: NixLog,
  selected: readonly SelectedPackage[],
  packages: readonly string[],
): NixError {
  const errors = log.errors();
  // At the end Nix lists all that it was told to build, whether it failed or not.
  const causes = errors.filter(({ message }) => !message.startsWith("build of '"));
  const text = causes.map(({ message }) => message).join("\n");
  const concerned = concernedPackages(text, selected, packages);
  const failed = failedDerivation(log);
  const refused = reasonOf(text);
  if (failed === undefined || refused !== undefined) {
    const said = errors[0]?.message ?? log.tail().at(-1) ?? "Nix gave no reason";
    return new NixError("ERR_NIX_BUILD_FAILED", {
      message: `Nix cannot build ${quoteAll(concerned)}: ${oneLine(said)}`,
      packages: concerned,
      reason: refused ?? "builder",
      log: log.tail(),
    });
  }
  const last = log.builderTail(failed.derivation).slice(-3).join(" | ");
  const lines = last === "" ? "its builder printed nothing" : `its last lines are: ${last}`;
  return new NixError("ERR_NIX_BUILD_FAILED", {
    message: `Building ${derivationName(failed.derivation)} for ${quoteAll(concerned)} failed (${failed.how}); ${oneLine(lines)}`,
    packages: concerned,
    reason: "builder",
    log: log.tail(),
  });
}

function reasonOf(text: string): BuildFailure | undefined {
  return refusals.find(([, pattern]) => pattern.test(text))?.[0];
}

/** The first derivation that failed by itself, not because of another. */
function failedDerivation(
  log: NixLog,
): { readonly derivation: string; readonly how: string } | undefined {
  for (const { message } of log.errors()) {
    // To Nix 2.30: builder for '/nix/store/….drv' failed with exit code 1;
    const old = /^(?:error: )?builder for '([^']+\.drv)' ([^;\n]+)/.exec(message);
    if (old) return { derivation: old[1]!, how: withoutPaths(old[2]!) };
    // Later: Cannot build '/nix/store/….drv'.⏎Reason: builder failed with exit code 1.
    const now = /Cannot build '([^']+\.drv)'\.\s+Reason: (.+)/.exec(message);
    if (now && !/dependenc(?:y|ies) failed/.test(now[2]!)) {
      return { derivation: now[1]!, how: withoutPaths(now[2]!.replace(/\.$/, "")) };
    }
    const other =
      /(?:hash mismatch in fixed-output derivation|derivation|build of|output of) '([^']+\.drv)'/.exec(
        message,
      );
    if (other && !/dependencies of derivation/.test(message)) {
      return { derivation: other[1]!, how: oneLine(message.split("\n", 1)[0]!) };
    }
  }
  return undefined;
}

/** Those whose own derivation is in an error; without one, all that were asked for. */
function concernedPackages(
  text: string,
  selected: readonly SelectedPackage[],
  packages: readonly string[],
): readonly string[] {
  const named = selected
    .filter(({ targets }) =>
      targets.some((target) => "derivation" in target && text.includes(target.derivation)),
    )
    .map(({ name }) => name);
  return named.length > 0 ? named : packages;
}

function derivationName(path: string): string {
  return path.replace(/^.*\/[0-9a-z]{32}-/, "").replace(/\.drv$/, "");
}

function withoutPaths(text: string): string {
  return text.replace(/ at ['"]?\/.*$/, "");
}

/** The text on one line, cut to what fits an error message. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

function quoteAll(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(", ");
}
