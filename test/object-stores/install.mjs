// Builds the object-store servers that tests and benchmarks run against into .nixery/tools/bin,
// with Go and its module proxy: node test/object-stores/install.mjs
// Plain JavaScript with no dependency, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../.nixery/tools/bin", import.meta.url));

/** Command -> Go package, at the version that the tests were written against. */
const servers = {
  "fake-gcs-server": "github.com/fsouza/fake-gcs-server@v1.56.1",
  versitygw: "github.com/versity/versitygw/cmd/versitygw@v1.8.0",
};

const path = [process.env.PATH ?? "", "/usr/local/go/bin"].join(delimiter);
const missing = Object.keys(servers).filter((command) => !existsSync(join(folder, command)));
if (missing.length > 0) {
  mkdirSync(folder, { recursive: true });
}
for (const command of missing) {
  process.stderr.write(`Building ${command} into .nixery/tools/bin (this takes minutes)\n`);
  const { status, stderr, error } = spawnSync("go", ["install", servers[command]], {
    encoding: "utf8",
    env: { ...process.env, PATH: path, GOBIN: folder },
  });
  if (status !== 0) {
    const said = error?.code === "ENOENT" ? "Go is not installed" : (stderr ?? error?.message);
    process.stderr.write(
      `${command} could not be built: ${said.trim().split("\n").slice(-5).join("\n")}\n` +
        "Install Go 1.25 or later (https://go.dev/dl); until then its tests are skipped.\n",
    );
    process.exitCode = 1;
  }
}
