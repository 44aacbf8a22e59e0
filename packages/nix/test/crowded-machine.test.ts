import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isPackageSourceError } from "@nixery/package-source";
import { expect, onTestFinished, test } from "vitest";
import { startError } from "../src/process/start-error.ts";
import { fixture } from "./support/fixture.ts";
import { createTestRepository } from "./support/git-repository.ts";
import { createTestStore, system } from "./support/nix-store.ts";

const program = fileURLToPath(new URL("support/crowded.ts", import.meta.url));

function refused(name: string): unknown {
  const why =
    'ERR_PACKAGE_SOURCE_NO_RESOURCES: .*no open files left to start "(nix-instantiate|git)" ';
  return expect.stringMatching(`^${name}: ${why}`);
}

test("too few open files are an error, and none are lost", async () => {
  const store = await createTestStore();
  onTestFinished(async () => await store.remove());
  const repository = await createTestRepository();
  onTestFinished(async () => await repository.remove());
  const path = fixture("packages.nix");
  await repository.commit({ "default.nix": await readFile(path, "utf8") });
  const cache = join(store.directory, "git");
  const node = [process.execPath, "--conditions=@nixery/source", program];
  const args = [...node, path, repository.directory, cache, system];
  const limited = promisify(execFile)(
    "/bin/sh",
    ["-c", 'ulimit -n 100; exec "$@"', "sh", ...args],
    {
      env: { PATH: process.env["PATH"], ...store.environment },
    },
  );
  expect((await limited).stdout.trimEnd().split("\n")).toEqual([
    ...[0, 4, 8].flatMap((spare) => [
      refused(`path with ${spare} files`),
      refused(`git with ${spare} files`),
      "lost 0",
    ]),
    ...["path: 1 root", "git: 1 root"],
  ]);
}, 60_000);

test.each([
  [
    "EAGAIN",
    "ERR_PACKAGE_SOURCE_NO_RESOURCES",
    /no processes left to start "nix-store" \(EAGAIN\)/,
  ],
  ["ENOMEM", "ERR_PACKAGE_SOURCE_NO_RESOURCES", /no memory left to start "nix-store" \(ENOMEM\)/],
  [
    "EACCES",
    "ERR_PACKAGE_SOURCE_NOT_WORKING",
    /^Starting "nix-store" on the server failed \(EACCES\)\. Install Nix\.$/,
  ],
] as const)(
  "a program that does not start with %s is the error %s",
  (code, sourceCode, message) => {
    const cause = Object.assign(new Error(`spawn ${code}`), { code, syscall: "spawn" });
    const error = startError(cause, "/opt/nix/bin/nix-store", "Install Nix");
    expect(isPackageSourceError(error, sourceCode) && error.message).toMatch(message);
    expect(error).toMatchObject({ cause });
  },
);

test("other errors stay unchanged", () => {
  const error = new Error("left");
  expect(startError(error, "nix", "")).toBe(error);
});
