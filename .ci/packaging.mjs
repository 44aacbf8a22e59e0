// Packs one package as the registry would get it and has publint and attw look at the result.
// pnpm pack replaces workspace: and catalog: by real ranges, which npm pack would leave.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ensurePnpm } from "../scripts/dependencies.mjs";
import { root } from "../scripts/tools.mjs";

const folder = join(root, "packages", process.argv[2]);
const packed = mkdtempSync(join(tmpdir(), "nixery-pack-"));
try {
  run(ensurePnpm(), ["pack", "--pack-destination", packed]);
  const tarball = join(packed, readdirSync(packed)[0]);
  run("publint", ["run", tarball, "--strict"]);
  run("attw", [tarball, "--profile", "esm-only"]);
} finally {
  rmSync(packed, { recursive: true });
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = 1;
  }
}
