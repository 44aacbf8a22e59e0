import { enumerate } from "@nixery/kit/enumerate";
import { quote } from "@nixery/kit/quote";
import { PackageSourceError } from "@nixery/package-source";
import { storePathName } from "@nixery/store-path";
import { asClause } from "../process/printed-text.ts";
import { resourceFailure, setUpFailure } from "./machine-failure.ts";
import type { NixLog } from "./nix-log.ts";
import type { SelectedPackage } from "./selection.ts";

/** Nix's messages about a derivation for another platform; the second from 2.31. */
const otherPlatform = /required to build '[^']*', but I am a|^Required (?:system|features): /im;

/** Lines of a builder in a message. */
const maxShownLines = 3;

/** The error of a build that Nix could not finish. */
export function buildFailure(
  log: NixLog,
  selected: readonly SelectedPackage[],
  packages: readonly string[],
): PackageSourceError {
  const errors = log.errors();
  // At the end Nix lists everything it had to build, whether it failed or not.
  const causes = errors.filter(({ message }) => !message.startsWith("build of '"));
  const text = causes.map(({ message }) => message).join("\n");
  const failed = failedDerivation(log);
  const last = failed === undefined ? [] : log.builderTail(failed.derivation).slice(-maxShownLines);
  const ofMachine = setUpFailure(text, log) ?? resourceFailure([text, ...last], log);
  if (ofMachine !== undefined) {
    return ofMachine;
  }
  const concerned = concernedPackages(text, selected, packages);
  const names = enumerate(concerned.map((name) => quote(name)));
  const isForOtherPlatform = otherPlatform.test(text);
  if (failed === undefined || isForOtherPlatform) {
    const said = errors[0]?.message ?? log.tail().at(-1) ?? "Nix printed no reason";
    return new PackageSourceError("ERR_PACKAGE_SOURCE_BUILD_FAILED", {
      message: `Building ${names} failed: ${asClause(said)}.`,
      packages: concerned,
      reason: isForOtherPlatform ? "unsupported-platform" : "builder",
      log: log.tail(),
    });
  }
  const derivation = quote(storePathName(failed.derivation).replace(/\.drv$/, ""));
  const printed =
    last.length === 0
      ? "Its builder printed nothing"
      : `The last lines of its builder are: ${asClause(last.join(" | "))}`;
  return new PackageSourceError("ERR_PACKAGE_SOURCE_BUILD_FAILED", {
    message: `Building ${derivation} for ${names} failed (${failed.how}). ${printed}.`,
    packages: concerned,
    reason: "builder",
    log: log.tail(),
  });
}

interface FailedDerivation {
  readonly derivation: string;
  /** Such as "failed with exit code 1". */
  readonly how: string;
}

/** The first derivation that failed by itself, not because of another. */
export function failedDerivation(log: NixLog): FailedDerivation | undefined {
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
      return { derivation: other[1]!, how: asClause(message.split("\n", 1)[0]!) };
    }
  }
  return undefined;
}

/** The packages whose own derivation is in an error; if there is none, all requested ones. */
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

function withoutPaths(text: string): string {
  return text.replace(/ at ['"]?\/.*$/, "");
}
