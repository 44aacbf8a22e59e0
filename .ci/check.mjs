// Runs every check, then the tests, whose closing line is the last of the output.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import process from "node:process";
import { ensureDependencies, workspaceEnvironment } from "../scripts/dependencies.mjs";
import { debianPeers } from "../scripts/peers.mjs";
import { ensureDebianPackages, print, root, workspaceNode } from "../scripts/tools.mjs";

const packages = readdirSync(`${root}/packages`).toSorted();

const checks = [
  ["format", ["oxfmt", "--check", "."]],
  // Before the linter, which reads the declarations that tsc writes.
  ["types of the packages", ["tsc", "-b"]],
  ["lint", ["oxlint", "--type-aware", "--tsconfig", "tsconfig.checks.json", "--deny-warnings"]],
  ["types of tests, examples and benchmarks", ["tsc", "-p", "tsconfig.checks.json"]],
  ["unused files, exports and dependencies", ["knip"]],
  // Runs of more than eight identical lines.
  [
    "identical code",
    [
      "jscpd",
      "--min-lines",
      "9",
      "--min-tokens",
      "30",
      "--exit-code",
      "1",
      "--fail-on-empty",
      "packages",
      "--pattern",
      "*/src/**/*.ts",
    ],
  ],
  ...packages.map((name) => [`packaging of ${name}`, [workspaceNode, ".ci/packaging.mjs", name]]),
  ["snippets of the documents", [workspaceNode, ".ci/snippets.mjs"]],
  ["documentation", [workspaceNode, ".ci/documentation.mjs"]],
];

ensureDebianPackages(
  { ...debianPeers, "nix-build": "nix-bin", git: "git", xz: "xz-utils" },
  "the real clients and servers",
);
ensureDependencies();
assertLockfileHasNoAddress();
// A first build takes minutes, mostly of waiting, so the checks run beside it.
const goPeers = startInstall("peers written in Go", "scripts/install-go-peers.mjs");
run("current Nix", [process.execPath, "test/nix-versions/install.mjs"]);
const broken = checks.filter(([name, command]) => !run(name, command)).map(([name]) => name);
const installed = await goPeers;
if (broken.length > 0) {
  print(`Failed checks: ${broken.join(", ")}.`);
}
const tests = runTests();
process.exitCode = broken.length > 0 || !installed || !tests ? 1 : 0;

function run(name, [command, ...args]) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    env: workspaceEnvironment(),
    maxBuffer: 1 << 28,
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  print(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0) {
    print(`${stdout ?? ""}${stderr ?? ""}`);
  }
  return status === 0;
}

async function startInstall(name, script) {
  const child = spawn(process.execPath, [script], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [status] = await once(child, "close");
  print(`${status === 0 ? "ok    " : "FAILED"} ${name}`);
  return status === 0;
}

function runTests() {
  const { status } = spawnSync("npm", ["test"], { cwd: root, stdio: "inherit" });
  return status === 0;
}

function assertLockfileHasNoAddress() {
  if (/https?:\/\//.test(readFileSync(`${root}/pnpm-lock.yaml`, "utf8"))) {
    print(
      'pnpm-lock.yaml contains an address. Set "lockfileIncludeTarballUrl: false" and install again.',
    );
    process.exit(1);
  }
}
