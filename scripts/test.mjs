// npm test: runs the test suite. Arguments after -- go to vitest.
import process from "node:process";
import { ensureDependencies } from "./dependencies.mjs";
import { findNixProblem } from "./nix.mjs";
import { runNode } from "./node.mjs";
import { missingPeers } from "./peers.mjs";
import { ensureDebianPackages, print } from "./tools.mjs";

ensureDebianPackages(
  { "nix-build": "nix-bin", patchelf: "patchelf", "dpkg-deb": "dpkg", git: "git", xz: "xz-utils" },
  "the tests",
);
ensureDependencies();

const missing = missingPeers();
if (missing.length > 0) {
  print(`Skipping the tests of what is missing on this machine: ${missing.join(", ")}.`);
}
const problem = findNixProblem();
if (problem !== undefined) {
  print("Tests that build images will fail.");
  print(problem);
}
runNode(["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)]);
