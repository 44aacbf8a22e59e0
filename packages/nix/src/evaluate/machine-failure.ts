import { PackageSourceError } from "@nixery/package-source";
import { asClause } from "../process/printed-text.ts";
import type { NixLog } from "./nix-log.ts";

/** Nix's messages when the machine is not set up for it, whatever it builds. */
const notSetUp =
  /specified in 'build-users-group'|big-lock': Permission denied|cannot connect to (?:socket|daemon)|cannot open connection to remote store/i;

/** The system's messages to Nix and its builders when a resource of the machine is exhausted. */
const exhausted =
  /No space left on device|Disk quota exceeded|database or disk is full|Too many open files|Cannot allocate memory|Resource temporarily unavailable/i;

/** The error when Nix is not set up on this machine; `undefined` for other reasons. */
export function setUpFailure(said: string, log: NixLog): PackageSourceError | undefined {
  if (!notSetUp.test(said)) {
    return undefined;
  }
  const advice = said.includes("build-users-group")
    ? "Set build-users-group to an empty value"
    : "Set Nix up as in its installation guide";
  return new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_WORKING", {
    message: `Nix does not work on the server (${asClause(said)}). ${advice}.`,
    log: log.tail(),
  });
}

/** The error when the machine lacks resources; `undefined` for other reasons. */
export function resourceFailure(
  said: readonly string[],
  log: NixLog,
): PackageSourceError | undefined {
  const shortage = said.find((text) => exhausted.test(text));
  return shortage === undefined
    ? undefined
    : new PackageSourceError("ERR_PACKAGE_SOURCE_NO_RESOURCES", {
        message: `The server lacks resources for Nix (${asClause(shortage)}). Pull again later.`,
        log: log.tail(),
      });
}
