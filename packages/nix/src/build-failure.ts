import { list, oneLine, quote } from "./message.ts";
import { NixError, type BuildFailure } from "./nix-error.ts";
import type { NixLog } from "./nix-log.ts";
import type { SelectedPackage } from "./selection.ts";

/** What nixpkgs writes, old and new, about a package that may not be built. */
const refusals: readonly (readonly [reason: BuildFailure, pattern: RegExp])[] = [
  ["unfree", /unfree licen[cs]e|blocklisted licen[cs]e/i],
  ["insecure", /marked as insecure|known vulnerabilit/i],
  ["broken", /marked as broken|^- broken: |\(kind "broken"\)/im],
  [
    "unsupported-platform",
    /not available on the requested|not supported (?:on|for)|Unsupported system/i,
  ],
];

/** What Nix writes about a derivation that needs another machine; the second from 2.31. */
const otherMachine = /required to build '[^']*', but I am a|^Required (?:system|features): /im;

const unavailable =
  /unable to download|unable to connect|Failed to fetch|cannot download|error opening connection|Could(?:n't| not) resolve host/i;

/** What Nix writes when the machine is not set up for it, whatever it is asked to build. */
const machineFault =
  /specified in 'build-users-group'|big-lock': Permission denied|cannot connect to (?:socket|daemon)|cannot open connection to remote store/i;

/** What the system says to Nix and its builders when the machine has too little of something. */
const exhausted =
  /No space left on device|Disk quota exceeded|database or disk is full|Too many open files|Cannot allocate memory|Resource temporarily unavailable/i;

/** The error of an evaluation that Nix gave up. */
export function evaluationError(log: NixLog, packages: readonly string[]): NixError {
  const errors = log.errors();
  const said = errors.at(-1)?.message ?? log.tail().at(-1) ?? "Nix gave no reason";
  if (machineFault.test(said)) {
    return notWorking(said, log);
  }
  if (exhausted.test(said)) {
    return noRoom(said, log);
  }
  if (failedDerivation(log) !== undefined) {
    return builderError(log, [], packages);
  }
  // After an empty line, nixpkgs gives advice; it names reasons that do not hold here.
  const refused = said.split(/\n\s*\n/, 1).join("");
  const reason = refusals.find(([, pattern]) => pattern.test(refused))?.[0];
  const mark = log.mark();
  const concerned = mark === undefined || !packages.includes(mark) ? packages : [mark];
  if (mark === undefined && unavailable.test(said)) {
    return new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
      message: `The package set cannot be fetched now (${oneLine(said)}): pull again later.`,
      log: log.tail(),
    });
  }
  return new NixError("ERR_NIX_BUILD_FAILED", {
    message: `The package set cannot evaluate ${list(concerned.map(quote))}: ${oneLine(reason === undefined ? said : refused)}`,
    packages: concerned,
    reason: reason ?? "evaluation",
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
  if (machineFault.test(text)) {
    return notWorking(text, log);
  }
  const failed = failedDerivation(log);
  const last = failed === undefined ? [] : log.builderTail(failed.derivation).slice(-3);
  const shortage = [text, ...last].find((said) => exhausted.test(said));
  if (shortage !== undefined) {
    return noRoom(shortage, log);
  }
  const concerned = concernedPackages(text, selected, packages);
  const needsOther = otherMachine.test(text);
  if (failed === undefined || needsOther) {
    const said = errors[0]?.message ?? log.tail().at(-1) ?? "Nix gave no reason";
    return new NixError("ERR_NIX_BUILD_FAILED", {
      message: `Nix cannot build ${list(concerned.map(quote))}: ${oneLine(said)}`,
      packages: concerned,
      reason: needsOther ? "unsupported-platform" : "builder",
      log: log.tail(),
    });
  }
  const lines =
    last.length === 0 ? "its builder printed nothing" : `its last lines are: ${last.join(" | ")}`;
  return new NixError("ERR_NIX_BUILD_FAILED", {
    message: `Building ${derivationName(failed.derivation)} for ${list(concerned.map(quote))} failed (${failed.how}); ${oneLine(lines)}`,
    packages: concerned,
    reason: "builder",
    log: log.tail(),
  });
}

function noRoom(said: string, log: NixLog): NixError {
  return new NixError("ERR_NIX_UNAVAILABLE", {
    message: `The registry's machine has too little left for Nix to work (${oneLine(said)}): pull again later.`,
    log: log.tail(),
  });
}

function notWorking(said: string, log: NixLog): NixError {
  return new NixError("ERR_NIX_NOT_INSTALLED", {
    message: `The Nix of this machine cannot build (${oneLine(said)}): see Nix's installation guide; without build users, set its option build-users-group to nothing.`,
    log: log.tail(),
  });
}

/** The first derivation that failed by itself, not because of another. */
function failedDerivation(
  log: NixLog,
): { readonly derivation: string; readonly how: string } | undefined {
  for (const { message } of log.errors()) {
    // To Nix 2.30: builder for '/nix/store/….drv' failed with exit code 1;
    const old = /^(?:error: )?builder for '([^']+\.drv)' ([^;\n]+)/.exec(message);
    if (old) {
      return { derivation: old[1]!, how: withoutPaths(old[2]!) };
    }
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
