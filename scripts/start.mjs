// npm start: a registry with the bundled package set, or with the one that the environment names.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ensureDependencies } from "./dependencies.mjs";
import { runNode } from "./node.mjs";
import { ensureDebianPackages, fail, root, say } from "./tools.mjs";

const configured = ["NIXERY_CHANNEL", "NIXERY_PKGS_REPO", "NIXERY_PKGS_PATH"].some(
  (name) => (process.env[name] ?? "") !== "",
);

const commands = configured
  ? { "nix-build": "nix-bin", git: "git" }
  : { "nix-build": "nix-bin", patchelf: "patchelf", "dpkg-deb": "dpkg", tar: "tar" };
ensureDebianPackages(commands, "building images");
ensureDependencies();
runNode(
  ["packages/server/src/main.ts", "serve"],
  configured ? nixSettings() : await bundledPackages(),
);

/** Debian's Nix, run by root, wants users for its builders that Debian does not make. */
function nixSettings() {
  const lacksUsers =
    process.getuid?.() === 0 && !/^nixbld:/m.test(readFileSync("/etc/group", "utf8"));
  return lacksUsers && process.env.NIX_CONFIG === undefined
    ? { NIX_CONFIG: "build-users-group =" }
    : {};
}

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
  return serverEnvironment(packages);
}
