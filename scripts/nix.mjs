// Finds out whether Nix can build on this machine, and with which settings.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

/** Settings of Nix in the environment. The user's own come last, so that they override these. */
export function nixConfig(settings) {
  return { NIX_CONFIG: [settings, process.env.NIX_CONFIG ?? ""].join("\n").trim() };
}

/** Debian's Nix, run by root, expects build users that Debian does not create. */
export function missingUsersConfig() {
  const lacksUsers = isRoot() && !/^nixbld:/m.test(readFileSync("/etc/group", "utf8"));
  return lacksUsers ? nixConfig("build-users-group =") : {};
}

/** The reason why Nix does not work for this user, with the next step; `undefined` when it works. */
export function findNixProblem() {
  const { status, stderr, error } = spawnSync("nix-instantiate", ["--eval", "-E", "1"], {
    encoding: "utf8",
    env: { ...process.env, ...missingUsersConfig() },
  });
  if (status === 0) {
    return undefined;
  }
  const lines = (stderr ?? error?.message ?? "").trim().split("\n");
  const reason = (lines.find((line) => line.startsWith("error: ")) ?? lines.at(-1)).replace(
    /^error: /,
    "",
  );
  const step = isRoot()
    ? 'Fix its installation until "nix-instantiate --eval -E 1" works.'
    : "Run this as root, or use Nix's daemon (on Debian: sudo apt-get install nix-setup-systemd, " +
      "sudo adduser $USER nix-users, and log in again).";
  return `Nix does not work for this user (${reason}). ${step}`;
}

function isRoot() {
  return process.getuid?.() === 0;
}
