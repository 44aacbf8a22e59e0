// What Nix needs here to build anything.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

/** `settings` for Nix in the environment, where what the user has set comes last and holds. */
export function nixConfig(settings) {
  return { NIX_CONFIG: [settings, process.env.NIX_CONFIG ?? ""].join("\n").trim() };
}

/** Debian's Nix, run by root, wants users for its builders that Debian does not make. */
export function missingUsersConfig() {
  const lacksUsers = isRoot() && !/^nixbld:/m.test(readFileSync("/etc/group", "utf8"));
  return lacksUsers ? nixConfig("build-users-group =") : {};
}

/** Why Nix cannot use its store as this user, with the next step; `undefined` when it can. */
export function findNixProblem() {
  const { status, stderr, error } = spawnSync("nix-instantiate", ["--eval", "-E", "1"], {
    encoding: "utf8",
    env: { ...process.env, ...missingUsersConfig() },
  });
  if (status === 0) {
    return undefined;
  }
  const lines = (stderr ?? error?.message ?? "").trim().split("\n");
  const said = lines.find((line) => line.startsWith("error: ")) ?? lines.at(-1);
  const step = isRoot()
    ? "nix-instantiate --eval -E 1 has to work first"
    : "run this as root, or have Nix's daemon build for you (on Debian: " +
      "sudo apt-get install nix-setup-systemd, sudo adduser $USER nix-users, and log in again)";
  return `Nix cannot be used by this user (${said.replace(/^error: /, "")}): ${step}`;
}

function isRoot() {
  return process.getuid?.() === 0;
}
