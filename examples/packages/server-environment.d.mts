import type { PreparedPackages } from "./prepare.mjs";

/** Settings with which `nixery serve` serves a prepared package set. */
export function serverEnvironment(
  packages: Pick<PreparedPackages, "directory" | "revision">,
): Readonly<Record<string, string>>;
