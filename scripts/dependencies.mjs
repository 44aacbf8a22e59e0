// Brings pnpm and the workspace's npm packages, Node among them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { findCommand, inRepository, root, runStep, say, workspaceNode } from "./tools.mjs";

const pnpmVersion = "12.21.0";
const pnpmFolder = join(root, ".nixery/tools/pnpm");
const stampFile = join(root, "node_modules/.nixery-installed");

/** Installs what pnpm-lock.yaml says, unless that is there already. */
export function ensureDependencies() {
  const wanted = fingerprint();
  if (inRepository("node_modules/node/bin/node") && readStamp() === wanted) {
    return;
  }
  const pnpm = ensurePnpm();
  say("Installing npm packages (Node 24 among them) into node_modules");
  runStep(pnpm, ["install", "--frozen-lockfile"], {
    // pnpm asks before it replaces node_modules unless it knows that nobody can answer.
    env: { CI: "true" },
    purpose: "Installing npm packages",
  });
  writeFileSync(stampFile, wanted);
}

/** A pnpm of the major version this workspace is made for: the machine's own, or one of ours. */
export function ensurePnpm() {
  const installed = findCommand("pnpm");
  if (installed !== undefined && majorVersion(installed) === pnpmVersion.split(".")[0]) {
    return installed;
  }
  const own = join(pnpmFolder, "node_modules/.bin/pnpm");
  if (!inRepository(".nixery/tools/pnpm/node_modules/.bin/pnpm")) {
    say(`Installing pnpm ${pnpmVersion} into .nixery/tools`);
    mkdirSync(pnpmFolder, { recursive: true });
    const args = ["install", "--no-audit", "--no-fund", "--prefix", pnpmFolder];
    runStep("npm", [...args, `pnpm@${pnpmVersion}`], { env: {}, purpose: "Installing pnpm" });
  }
  return own;
}

/** Environment in which the workspace's Node and commands come first. */
export function workspaceEnvironment() {
  const folders = [dirname(workspaceNode), join(root, "node_modules/.bin"), process.env.PATH];
  return { ...process.env, PATH: folders.join(":") };
}

function majorVersion(pnpm) {
  const { stdout } = spawnSync(pnpm, ["--version"], { cwd: root, encoding: "utf8" });
  return stdout?.trim().split(".")[0];
}

/** Changes whenever an installation would: the lock file repeats what every package.json asks for. */
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
