import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "nixery-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

// Programs that npm start looks for, and a Nix that cannot use its store.
for (const name of ["nix-build", "patchelf", "dpkg-deb", "tar"]) {
  writeScript(name, "exit 0");
}
writeScript("nix-instantiate", 'echo "error: no store; settings:" $NIX_CONFIG >&2; exit 1');

function writeScript(name: string, line: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** What npm start says and how it ends, with only the programs above. */
function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const script = fileURLToPath(new URL("../start.mjs", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    env: { PATH: `${folder}:/bin`, ...env },
  });
  return { status, stdout, lines: stderr.trimEnd().split("\n") };
}

test("npm start ends with one line where Nix cannot use its store", () => {
  const { status, stdout, lines } = start();
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  const reason = /^Nix cannot be used by this user \(no store; .*\): .*(as root|has to work)/;
  expect(lines).toEqual([expect.stringMatching(reason)]);
});

test("Nix's settings in the environment come after those that npm start adds", () => {
  const { lines } = start([], { NIX_CONFIG: "cores = 7" });
  expect(lines.join("\n")).toMatch(/cores = 7\)/);
});

test("npm start takes no argument for a setting", () => {
  const { status, lines } = start(["--port", "9000"]);
  expect(status).toBe(1);
  expect(lines).toEqual([expect.stringMatching(/no --port: .*PORT=9000 npm start/)]);
});
