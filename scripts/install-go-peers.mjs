// Builds the peers that are written in Go into .nixery/tools/bin, with Go and its module proxy.
// Plain JavaScript with no dependency, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import process from "node:process";
import { goPeers } from "./peers.mjs";
import { root } from "./tools.mjs";

const folder = join(root, ".nixery/tools/bin");
const path = [process.env.PATH ?? "", "/usr/local/go/bin"].join(delimiter);
const missing = Object.entries(goPeers).filter(([command]) => !existsSync(join(folder, command)));
if (missing.length > 0) {
  mkdirSync(folder, { recursive: true });
}
for (const [command, package_] of missing) {
  process.stderr.write(`Building ${command} into .nixery/tools/bin (this takes minutes)\n`);
  const { status, stderr, error } = spawnSync("go", ["install", package_], {
    encoding: "utf8",
    env: { ...process.env, PATH: path, GOBIN: folder },
  });
  if (status === 0) {
    // Go calls it after the last part of its package.
    renameSync(join(folder, basename(package_.split("@", 1)[0])), join(folder, command));
  } else {
    const said = error?.code === "ENOENT" ? "Go is not installed" : (stderr ?? error?.message);
    process.stderr.write(
      `${command} could not be built: ${said.trim().split("\n").slice(-5).join("\n")}\n` +
        "Install Go 1.25 or later (https://go.dev/dl); until then its tests are skipped.\n",
    );
    process.exitCode = 1;
  }
}
