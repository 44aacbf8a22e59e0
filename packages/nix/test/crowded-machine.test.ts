import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isNixError } from "@nixery/nix";
import { expect, onTestFinished, test } from "vitest";
import { startError } from "../src/start-error.ts";
import { fixture } from "./support/fixture.ts";
import { createTestRepository } from "./support/git-repository.ts";
import { createTestStore, system } from "./support/nix-store.ts";

const program = fileURLToPath(new URL("support/crowded.ts", import.meta.url));

function refused(name: string): unknown {
  const why = "ERR_NIX_UNAVAILABLE: .*no open files left to start (nix-instantiate|git) ";
  return expect.stringMatching(`^${name}: ${why}`);
}

test("a machine without files to spare says so, and goes on when it has some", async () => {
  const store = await createTestStore();
  onTestFinished(store.remove);
  const repository = await createTestRepository();
  onTestFinished(repository.remove);
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
  ["EAGAIN", "ERR_NIX_UNAVAILABLE", /no processes left to start nix-store \(EAGAIN\)/],
  ["ENOMEM", "ERR_NIX_UNAVAILABLE", /no memory left to start nix-store \(ENOMEM\)/],
  ["EACCES", "ERR_NIX_NOT_INSTALLED", /cannot be started on this machine: install Nix\./],
] as const)("a program that fails to start with %s is %s", (code, nixCode, message) => {
  const cause = Object.assign(new Error(`spawn ${code}`), { code, syscall: "spawn" });
  const error = startError(cause, "/opt/nix/bin/nix-store", "install Nix");
  expect(isNixError(error, nixCode) && error.message).toMatch(message);
  expect(error).toMatchObject({ cause });
});

test("other errors are left as they are", () => {
  const error = new Error("left");
  expect(startError(error, "nix", "")).toBe(error);
});
