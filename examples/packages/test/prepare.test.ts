import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, watch, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { preparePackages } from "../prepare.mjs";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../prepare.mjs", import.meta.url));
/** A small set: hello, and the shell that every set has. */
const attributes = { hello: "hello" };
let parent = "";
let directory = "";

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "nixery-prepare-"));
  directory = join(parent, "some/where");
});

afterEach(() => rm(parent, { recursive: true, force: true }));

test("a set is made once for callers at the same time", async () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const both = await Promise.all([
    preparePackages({ directory, attributes, log }),
    preparePackages({ directory, attributes, log }),
  ]);
  expect(both.filter(({ hasChanged }) => hasChanged)).toHaveLength(1);
  expect(lines).toEqual([expect.stringContaining(directory)]);
  expect(new Set(await readdir(directory))).toEqual(
    new Set(["builder", "debs", "default.nix", "index.json", "stamp", "testing.nix"]),
  );
  expect(await readdir(join(parent, "some"))).toEqual(["where"]);

  expect(await preparePackages({ directory, attributes })).toMatchObject({
    directory,
    hasChanged: false,
  });

  // A set of another version of these files is made again, from its downloads.
  const [packages = ""] = (await readFile(join(directory, "stamp"), "utf8")).split(" ");
  await writeFile(join(directory, "stamp"), `${packages} another\n`);
  await writeFile(join(directory, "default.nix"), "{ }: { }");
  expect(await preparePackages({ directory, attributes })).toMatchObject({
    directory,
    hasChanged: true,
  });
  expect(await readFile(join(directory, "default.nix"), "utf8")).toContain("index.json");
});

test("a run continues after one that was killed", async () => {
  const source = `import { preparePackages } from ${JSON.stringify(script)};
    await preparePackages(${JSON.stringify({ directory, attributes })});`;
  const downloaded = firstDownload(join(parent, "some"));
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: "inherit",
  });
  await downloaded;
  child.kill("SIGKILL");
  await once(child, "exit");
  await expect(readdir(directory)).rejects.toHaveProperty("code", "ENOENT");

  await preparePackages({ directory, attributes });
  expect(await readdir(join(directory, "debs"))).toContainEqual(expect.stringMatching(/^hello_/));
  expect(await readdir(join(parent, "some"))).toEqual(["where"]);
});

test("an abort stops it", async () => {
  const controller = new AbortController();
  const reason = new Error("aborted by the test");
  const log = () => controller.abort(reason);
  await expect(
    preparePackages({ directory, attributes, log, signal: controller.signal }),
  ).rejects.toBe(reason);
  await expect(readdir(directory)).rejects.toHaveProperty("code", "ENOENT");
});

test("errors have a remedy without apt and without its archive", async () => {
  await expect(prepareWith({ PATH: "/nonexistent" })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^apt-get was not found, .*\. Run this on Debian, or serve another package set\.\n$/,
    ),
  });
  await expect(prepareWith({ http_proxy: "http://127.0.0.1:9" })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^apt-get failed to fetch .* then run this again\.\n$/),
  });
});

/** Resolves when the first package is being written below a directory. */
async function firstDownload(below: string): Promise<void> {
  await mkdir(below, { recursive: true });
  for await (const { filename } of watch(below, { recursive: true })) {
    if (filename?.endsWith(".deb") === true) {
      return;
    }
  }
}

/** Runs the command with other variables in its environment. */
function prepareWith(variables: NodeJS.ProcessEnv) {
  return run(process.execPath, [script, directory], { env: { ...process.env, ...variables } });
}
