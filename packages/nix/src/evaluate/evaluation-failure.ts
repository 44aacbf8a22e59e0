import { enumerate } from "@nixery/kit/enumerate";
import { quote } from "@nixery/kit/quote";
import { type BuildFailure, PackageSourceError } from "@nixery/package-source";
import { asClause } from "../process/printed-text.ts";
import { buildFailure, failedDerivation } from "./build-failure.ts";
import { resourceFailure, setUpFailure } from "./machine-failure.ts";
import type { NixLog } from "./nix-log.ts";

/** Messages of nixpkgs, old and new, about a package that may not be built. */
const refusals: readonly (readonly [reason: BuildFailure, pattern: RegExp])[] = [
  ["unfree", /unfree licen[cs]e|blocklisted licen[cs]e/i],
  ["insecure", /marked as insecure|known vulnerabilit/i],
  ["broken", /marked as broken|^- broken: |\(kind "broken"\)/im],
  [
    "unsupported-platform",
    /not available on the requested|not supported (?:on|for)|Unsupported system/i,
  ],
];

const unavailable =
  /unable to download|unable to connect|Failed to fetch|cannot download|error opening connection|Could(?:n't| not) resolve host/i;

/** The error of an evaluation that Nix could not finish. */
export function evaluationFailure(log: NixLog, packages: readonly string[]): PackageSourceError {
  const said = log.errors().at(-1)?.message ?? log.tail().at(-1) ?? "Nix printed no reason";
  const ofMachine = setUpFailure(said, log) ?? resourceFailure([said], log);
  if (ofMachine !== undefined) {
    return ofMachine;
  }
  if (failedDerivation(log) !== undefined) {
    return buildFailure(log, [], packages);
  }
  const mark = log.mark();
  if (mark === undefined && unavailable.test(said)) {
    return new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
      message: `Fetching the package set failed (${asClause(said)}). Pull again later.`,
      log: log.tail(),
    });
  }
  // After an empty line, nixpkgs gives advice, which names reasons that do not apply.
  const refused = said.split(/\n\s*\n/, 1).join("");
  const reason = refusals.find(([, pattern]) => pattern.test(refused))?.[0];
  const concerned = mark === undefined || !packages.includes(mark) ? packages : [mark];
  return new PackageSourceError("ERR_PACKAGE_SOURCE_BUILD_FAILED", {
    message: `Evaluating ${enumerate(concerned.map((name) => quote(name)))} failed: ${asClause(reason === undefined ? said : refused)}.`,
    packages: concerned,
    reason: reason ?? "evaluation",
    log: log.tail(),
  });
}
