import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "nixery-start-"));
afterAll(() => rmSync(directory, { recursive: true }));

// The programs that npm start looks for, and a Nix that does not work.
for (const name of ["nix-build", "patchelf", "dpkg-deb", "tar"]) {
  writeScript(name, "exit 0");
}
writeScript("nix-instantiate", 'echo "error: no store; settings:" $NIX_CONFIG >&2; exit 1');

function writeScript(name: string, line: string): void {
  writeFileSync(join(directory, name), `#!/bin/sh\n${line}\n`);
  chmodSync(join(directory, name), 0o755);
}

/** Runs npm start with only the programs above. */
function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const script = fileURLToPath(new URL("../start.mjs", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    env: { PATH: `${directory}:/bin`, ...env },
  });
  return { status, stdout, lines: stderr.trimEnd().split("\n") };
}

test("npm start exits with one line when Nix does not work", () => {
  const { status, stdout, lines } = start();
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  const reason =
    /^Nix does not work for this user \(no store; .*\)\. .*(as root.*\)\.|-E 1" works\.)$/;
  expect(lines).toEqual([expect.stringMatching(reason)]);
});

test("npm start adds its settings of Nix before those of the environment", () => {
  const { lines } = start([], { NIX_CONFIG: "cores = 7" });
  expect(lines.join("\n")).toMatch(/cores = 7\)/);
});

test("npm start rejects arguments", () => {
  const { status, lines } = start(["--port", "9000"]);
  expect(status).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(/^Unexpected argument "--port"\. .*PORT=9000 npm start.*\.$/),
  ]);
});
