// npm start: serves the bundled package set, or the one that the environment names.
import { join } from "node:path";
import process from "node:process";
import { ensureDependencies } from "./dependencies.mjs";
import { findNixProblem, missingUsersConfig, nixConfig } from "./nix.mjs";
import { runNode } from "./node.mjs";
import { ensureDebianPackages, fail, print, root } from "./tools.mjs";

if (process.argv.length > 2) {
  fail(
    `Unexpected argument "${process.argv[2]}". Settings are environment variables, as in ` +
      '"PORT=9000 npm start"; docs/guide/operations/running.md lists them.',
  );
}
const configured = ["NIXERY_CHANNEL", "NIXERY_PKGS_REPO", "NIXERY_PKGS_PATH"].some(
  (name) => (process.env[name] ?? "") !== "",
);

const commands = configured
  ? { "nix-build": "nix-bin", git: "git" }
  : { "nix-build": "nix-bin", patchelf: "patchelf", "dpkg-deb": "dpkg", tar: "tar" };
ensureDebianPackages(commands, "building images");
const problem = findNixProblem();
if (problem !== undefined) {
  fail(problem);
}
ensureDependencies();
runNode(
  ["packages/cli/src/main.ts", "serve"],
  configured ? missingUsersConfig() : await bundledPackages(),
);

async function bundledPackages() {
  const { preparePackages } = await import("../examples/packages/prepare.mjs");
  const { serverEnvironment } = await import("../examples/packages/server-environment.mjs");
  const directory = join(root, ".nixery/packages");
  const packages = await preparePackages({ directory, log: print }).catch((error) =>
    fail(error.message),
  );
  print(
    "Serving the bundled package set, which is made of Debian packages. " +
      'To serve nixpkgs, run "NIXERY_CHANNEL=nixos-unstable npm start".',
  );
  const { NIX_CONFIG, ...environment } = serverEnvironment(packages);
  return { ...environment, ...nixConfig(NIX_CONFIG) };
}
