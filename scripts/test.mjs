// npm test: the whole test suite. Arguments after -- go to vitest.
import process from "node:process";
import { ensureDependencies } from "./dependencies.mjs";
import { findNixProblem } from "./nix.mjs";
import { runNode } from "./node.mjs";
import { missingPeers } from "./peers.mjs";
import { ensureDebianPackages, say } from "./tools.mjs";

ensureDebianPackages(
  { "nix-build": "nix-bin", patchelf: "patchelf", "dpkg-deb": "dpkg", git: "git", xz: "xz-utils" },
  "the tests",
);
ensureDependencies();

const missing = missingPeers();
if (missing.length > 0) {
  say(`Skipping the tests that need what this machine lacks: ${missing.join(", ")}`);
}
const problem = findNixProblem();
if (problem !== undefined) {
  say(`Tests that build images will fail. ${problem}`);
}
runNode(["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)]);
