// Finds and installs what the project's commands need. Plain JavaScript for Node 20 and later without
// dependencies, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Directory of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** The Node that the workspace has as a dependency. */
export const workspaceNode = join(root, "node_modules/node/bin/node");

/** Prints a line to standard error, so that the command's own output stays separate. */
export function print(line) {
  process.stderr.write(`${line}\n`);
}

/** Prints a line and exits with 1. */
export function fail(line) {
  print(line);
  process.exit(1);
}

/** The path of `command` in `PATH` or in Debian's directories of servers; `undefined` when it is missing. */
export function findCommand(command) {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return directories.map((directory) => join(directory, command)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a step of the installation, and exits with the end of its output when it fails. */
export function runStep(command, args, { env, purpose }) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  if (result.status === 0) {
    return;
  }
  const output = [result.stdout, result.stderr, result.error?.message].filter(Boolean).join("\n");
  print(output.trim().split("\n").slice(-20).join("\n"));
  fail(`${purpose} failed. The command was: ${command} ${args.join(" ")}`);
}

/**
 * Installs the Debian packages of the commands that are missing. `wanted` maps a command to its
 * package. Exits with a list of what to install when the user is not root or apt-get is missing.
 */
export function ensureDebianPackages(wanted, purpose) {
  const missing = Object.keys(wanted).filter((command) => findCommand(command) === undefined);
  if (missing.length === 0) {
    return;
  }
  const packages = [...new Set(missing.map((command) => wanted[command]))];
  if (process.getuid?.() !== 0 || findCommand("apt-get") === undefined) {
    fail(
      `Commands needed for ${purpose} are missing: ${missing.join(", ")}. ` +
        `Install them (on Debian: sudo apt-get install ${packages.join(" ")}) and run this again.`,
    );
  }
  print(`Installing Debian packages for ${purpose}: ${packages.join(" ")}.`);
  installDebianPackages(packages);
}

/** Installs Debian packages as root, with one refresh of the package lists. */
function installDebianPackages(packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = ["-y", "--no-install-recommends", "install", ...packages];
  runStep("apt-get", ["-q", "update"], { env, purpose: "Refreshing Debian's package lists" });
  runStep("apt-get", ["-q", ...install], { env, purpose: "Installing Debian packages" });
}

/** Whether the file or directory exists below the repository. */
export function inRepository(path) {
  return existsSync(join(root, path));
}
