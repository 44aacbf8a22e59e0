// npm start: a registry with the bundled package set, or with the one that the environment names.
import { join } from "node:path";
import process from "node:process";
import { ensureDependencies } from "./dependencies.mjs";
import { findNixProblem, missingUsersConfig, nixConfig } from "./nix.mjs";
import { runNode } from "./node.mjs";
import { ensureDebianPackages, fail, root, say } from "./tools.mjs";

if (process.argv.length > 2) {
  fail(
    `npm start takes no ${process.argv[2]}: settings are environment variables, as in ` +
      "PORT=9000 npm start; docs/guide/operations.md has them all",
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
  const packages = await preparePackages({ directory, log: say }).catch((error) =>
    fail(error.message),
  );
  say(
    "Serving the bundled package set (Debian packages built by Nix); " +
      "to serve nixpkgs instead: NIXERY_CHANNEL=nixos-unstable npm start",
  );
  const { NIX_CONFIG, ...environment } = serverEnvironment(packages);
  return { ...environment, ...nixConfig(NIX_CONFIG) };
}
