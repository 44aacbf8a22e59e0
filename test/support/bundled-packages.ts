import { preparePackages, type PreparedPackages } from "../../examples/packages/prepare.mjs";
import { inRepository } from "./repository.ts";

/** The bundled package set, made when it is not there; the same that npm start serves. */
export async function bundledPackages(): Promise<PreparedPackages> {
  const directory = process.env["NIXERY_TEST_PACKAGES"] ?? inRepository(".nixery/packages");
  return preparePackages({ directory });
}
