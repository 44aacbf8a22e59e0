import type { PackageSource, ResolvedSource } from "@nixery/package-source";
import type { Nix, RealiseRequest } from "../evaluate/nix.ts";
import type { PackageSetOptions } from "./package-set-options.ts";

/** The package set of a resolved source. */
export type PackageSet = Pick<RealiseRequest, "locate" | "sourceName">;

/** The method `prepare` of a source whose packages Nix builds. */
export function createPrepare(
  nix: Nix,
  { config = {} }: PackageSetOptions,
  packageSetOf: (resolved: ResolvedSource) => PackageSet,
): PackageSource["prepare"] {
  return async (resolved, packages, system, prepareOptions) =>
    await nix.realise(
      {
        ...packageSetOf(resolved),
        // In place of nixpkgs' files in the user's home.
        arguments: { config, overlays: [] },
        packages,
        system,
      },
      prepareOptions,
    );
}
