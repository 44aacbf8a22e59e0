// What the project's commands need, and how to get it. Plain JavaScript for Node 20 and later with
// no dependency, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Folder of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Node that the workspace brings as a dependency. */
export const workspaceNode = join(root, "node_modules/node/bin/node");

/** Says one line to the person at the terminal, apart from the command's own output. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends the command with one line. */
export function fail(line) {
  say(line);
  process.exit(1);
}

/** Where `command` is on the PATH, or in the folders where Debian keeps servers. */
export function findCommand(command) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a set-up step; its output is shown only when it fails. */
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
  const said = [result.stdout, result.stderr, result.error?.message].filter(Boolean).join("\n");
  say(said.trim().split("\n").slice(-20).join("\n"));
  fail(`${purpose} failed: ${command} ${args.join(" ")}`);
}

/**
 * Installs the Debian packages of the commands that are missing. `wanted` maps a command to the
 * package that has it. On a machine where that is impossible it says what to install and ends.
 */
export function ensureDebianPackages(wanted, purpose) {
  const missing = Object.keys(wanted).filter((command) => findCommand(command) === undefined);
  if (missing.length === 0) {
    return;
  }
  const packages = [...new Set(missing.map((command) => wanted[command]))];
  if (process.getuid?.() !== 0 || findCommand("apt-get") === undefined) {
    fail(
      `${purpose} needs ${missing.join(", ")}; install them ` +
        `(on Debian: sudo apt-get install ${packages.join(" ")}) and run this again`,
    );
  }
  say(`Installing Debian packages for ${purpose}: ${packages.join(" ")}`);
  installDebianPackages(packages);
}

/** Installs Debian packages as root, with one refresh of the package lists. */
function installDebianPackages(packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = ["-y", "--no-install-recommends", "install", ...packages];
  runStep("apt-get", ["-q", "update"], { env, purpose: "Refreshing Debian's package lists" });
  runStep("apt-get", ["-q", ...install], { env, purpose: "Installing Debian packages" });
}

/** Whether the file or folder exists below the repository. */
export function inRepository(path) {
  return existsSync(join(root, path));
}
