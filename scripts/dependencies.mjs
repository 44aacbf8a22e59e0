// Installs pnpm and the workspace's npm packages, Node among them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { findCommand, inRepository, print, root, runStep, workspaceNode } from "./tools.mjs";

const pnpmVersion = "12.21.0";
const pnpmDirectory = join(root, ".nixery/tools/pnpm");
const stampFile = join(root, "node_modules/.nixery-installed");

/** Installs the packages of pnpm-lock.yaml, unless they are installed already. */
export function ensureDependencies() {
  const wanted = fingerprint();
  if (inRepository("node_modules/node/bin/node") && readStamp() === wanted) {
    return;
  }
  const pnpm = ensurePnpm();
  print("Installing npm packages, Node 24 among them, into node_modules.");
  runStep(pnpm, ["install", "--frozen-lockfile"], {
    // Without CI, pnpm asks before it replaces node_modules.
    env: { CI: "true" },
    purpose: "Installing npm packages",
  });
  writeFileSync(stampFile, wanted);
}

/** A pnpm of this workspace's major version: the machine's, or one that is installed here. */
export function ensurePnpm() {
  const installed = findCommand("pnpm");
  if (installed !== undefined && majorVersion(installed) === pnpmVersion.split(".")[0]) {
    return installed;
  }
  const own = join(pnpmDirectory, "node_modules/.bin/pnpm");
  if (!inRepository(".nixery/tools/pnpm/node_modules/.bin/pnpm")) {
    print(`Installing pnpm ${pnpmVersion} into .nixery/tools.`);
    mkdirSync(pnpmDirectory, { recursive: true });
    const args = ["install", "--no-audit", "--no-fund", "--prefix", pnpmDirectory];
    runStep("npm", [...args, `pnpm@${pnpmVersion}`], { env: {}, purpose: "Installing pnpm" });
  }
  return own;
}

/** Environment in which the workspace's Node and commands come first. */
export function workspaceEnvironment() {
  const path = [dirname(workspaceNode), join(root, "node_modules/.bin"), process.env.PATH];
  return { ...process.env, PATH: path.join(":") };
}

function majorVersion(pnpm) {
  const { stdout } = spawnSync(pnpm, ["--version"], { cwd: root, encoding: "utf8" });
  return stdout?.trim().split(".")[0];
}

/** Changes whenever an installation does: the lock file repeats the ranges of every package.json. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function readStamp() {
  try {
    return readFileSync(stampFile, "utf8");
  } catch {
    return undefined;
  }
}
