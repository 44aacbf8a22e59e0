import { preparePackages, type PreparedPackages } from "../../examples/packages/prepare.mjs";
import { inRepository } from "./repository.ts";

/** The bundled package set, which npm start serves too. Makes it when it is missing. */
export async function bundledPackages(): Promise<PreparedPackages> {
  const directory = process.env["NIXERY_TEST_PACKAGES"] ?? inRepository(".nixery/packages");
  return preparePackages({ directory });
}
