// Builds the documentation site. Warnings of typedoc and dead links fail the build.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { root } from "../scripts/tools.mjs";

const docs = join(root, "docs");
for (const [command, ...args] of [["typedoc"], ["vitepress", "build", "."]]) {
  const { status } = spawnSync(join(docs, "node_modules/.bin", command), args, {
    cwd: docs,
    stdio: "inherit",
  });
  if (status !== 0) {
    process.exit(1);
  }
}
