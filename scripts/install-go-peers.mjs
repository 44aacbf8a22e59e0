// Builds the peers that are written in Go into .nixery/tools/bin, with Go and its module proxy.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import process from "node:process";
import { goPeers } from "./peers.mjs";
import { print, root } from "./tools.mjs";

const directory = join(root, ".nixery/tools/bin");
const path = [process.env.PATH ?? "", "/usr/local/go/bin"].join(delimiter);
const missing = Object.entries(goPeers).filter(
  ([command]) => !existsSync(join(directory, command)),
);
if (missing.length > 0) {
  mkdirSync(directory, { recursive: true });
}
for (const [command, package_] of missing) {
  print(`Building ${command} into .nixery/tools/bin. This takes minutes.`);
  const { status, stderr, error } = spawnSync("go", ["install", package_], {
    encoding: "utf8",
    env: { ...process.env, PATH: path, GOBIN: directory },
  });
  if (status === 0) {
    // Go names the program after the last part of its package.
    renameSync(join(directory, basename(package_.split("@", 1)[0])), join(directory, command));
  } else {
    const reason = error?.code === "ENOENT" ? "Go is not installed" : (stderr ?? error?.message);
    print(reason.trim().split("\n").slice(-5).join("\n"));
    print(
      `Building ${command} failed. Install Go 1.25 or later (https://go.dev/dl) for its tests.`,
    );
    process.exitCode = 1;
  }
}
