import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startFlakyServer } from "../../../binary-cache/test/support/flaky-server.ts";
import { temporaryDirectory } from "../../../binary-cache/test/support/temporary-directory.ts";
import {
  countDirectly,
  generatePackageSet,
  listOf,
  narinfoFiles,
} from "../../../popcount/test/support/package-set.ts";
import { collectText } from "../support/collect-text.ts";
import { runPopcount } from "./support/run-popcount.ts";

vi.setConfig({ testTimeout: 60_000 });

const set = generatePackageSet(2000);
const files = new Map([...narinfoFiles(set), ["/list", listOf(set)]]);

function startProcess(args: readonly string[], cwd: string) {
  const script = join(import.meta.dirname, "../../src/main.ts");
  return spawn(process.execPath, ["--conditions=@nixery/source", script, "popcount", ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("a process that is killed repeatedly still writes the exact counts", async () => {
  await using directory = await temporaryDirectory();
  let kill: (() => void) | undefined;
  let budget = Infinity;
  await using server = await startFlakyServer({
    files,
    fault: (path, attempt) =>
      attempt === 1 && path.startsWith("/00") && path.endsWith(".narinfo") ? "500" : undefined,
    onRequest: () => {
      budget -= 1;
      if (budget === 0) {
        kill?.();
      }
    },
  });
  const args = ["--cache", server.url, "--paths", `${server.url}/list`, "-o", "out.json"];

  for (let round = 0; round < 3; round += 1) {
    const child = startProcess(args, directory.path);
    budget = 500;
    kill = () => child.kill("SIGKILL");
    const [, signal] = await once(child, "exit");
    expect(signal).toBe("SIGKILL");
    expect(await readdir(directory.path)).toEqual(["out.json.state"]);
  }

  budget = Infinity;
  server.requests.clear();
  const child = startProcess(args, directory.path);
  expect((await once(child, "exit"))[0]).toBe(0);
  // Requests of the killed rounds are not repeated, except those that were under way.
  expect(server.requests.size).toBeLessThan(2000 - 3 * 400);
  expect(await readdir(directory.path)).toEqual(["out.json"]);
  const text = await readFile(join(directory.path, "out.json"), "utf8");
  expect(JSON.parse(text)).toEqual(countDirectly(set));
  const names = [...text.matchAll(/^"(.*)":\d+,?$/gm)].map(([, name]) => name);
  expect(names).toEqual(Object.keys(countDirectly(set)).toSorted());
});

test("names the output of a channel after its revision, and reads the list of that release", async () => {
  const revision = "0123456789abcdef0123456789abcdef01234567";
  const small = { ...generatePackageSet(30), missing: new Set<string>() };
  await using directory = await temporaryDirectory();
  await using server = await startFlakyServer({
    files: new Map([
      ...narinfoFiles(small),
      ["/releases/nixos-24.05pre1/git-revision", `${revision}\n`],
      ["/releases/nixos-24.05pre1/store-paths.xz", listOf(small)],
    ]),
    handle: (request, response) => {
      if (request.url?.startsWith("/channels/nixos-unstable/") !== true) {
        return false;
      }
      const file = request.url.slice("/channels/nixos-unstable/".length);
      response.writeHead(302, { location: `/releases/nixos-24.05pre1/${file}` }).end();
      return true;
    },
  });
  const child = startProcess(
    [`${server.url}/channels/nixos-unstable`, "--cache", server.url],
    directory.path,
  );
  const stderr = collectText();
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.write(text));
  expect((await once(child, "close"))[0]).toBe(0);
  const output = `popularity-nixos-unstable-${revision}.json`;
  expect(await readdir(directory.path)).toEqual([output]);
  const text = await readFile(join(directory.path, output), "utf8");
  expect(JSON.parse(text)).toEqual(countDirectly(small));
  expect(stderr.text()).toBe(
    `popcount: Channel nixos-unstable is at revision ${revision}.\n` +
      `popcount: Counted 30 paths, ${Object.keys(countDirectly(small)).length} names with users. Wrote ${output}.\n`,
  );
  expect([...server.requests.keys()]).not.toContain("/channels/nixos-unstable/store-paths.xz");
});

test("writes to standard output without names with few users", async () => {
  const some = generatePackageSet(300);
  await using server = await startFlakyServer({
    files: new Map([...narinfoFiles(some), ["/list", listOf(some)]]),
  });
  const stdout = collectText();
  const stderr = collectText();
  const status = await runPopcount(
    ["--cache", server.url, "--paths", `${server.url}/list`, "--output=-", "--min-users=5"],
    { stdout, stderr },
  );
  expect(status).toBe(0);
  const expected = Object.entries(countDirectly(some)).filter(([, count]) => count >= 5);
  expect(JSON.parse(stdout.text())).toEqual(Object.fromEntries(expected));
  expect(stderr.text()).toMatch(
    /^popcount: \d+ of 300 paths could not be counted, such as .*\npopcount: Counted 300 paths, \d+ names with users\.\n$/,
  );
});

test("an interruption is status 130 and keeps the state", async () => {
  await using directory = await temporaryDirectory();
  const controller = new AbortController();
  await using server = await startFlakyServer({
    files,
    onRequest: (_, total) => {
      if (total === 200) {
        controller.abort();
      }
    },
  });
  const output = join(directory.path, "out.json");
  const stderr = collectText();
  const status = await runPopcount(
    ["--cache", server.url, "--paths", `${server.url}/list`, "-o", output],
    { stdout: collectText(), stderr, signal: controller.signal },
  );
  expect(status).toBe(130);
  expect(stderr.text()).toBe("popcount: Interrupted. Run the same command again to continue.\n");
  expect(await readdir(directory.path)).toEqual(["out.json.state"]);
});

test("an output that cannot be written is status 1, and the state stays", async () => {
  await using directory = await temporaryDirectory();
  const small = generatePackageSet(30);
  await using server = await startFlakyServer({
    files: new Map([...narinfoFiles(small), ["/list", listOf(small)]]),
  });
  const state = join(directory.path, "state");
  const stderr = collectText();
  const status = await runPopcount(
    ["--cache", server.url, "--paths", `${server.url}/list`, "-o", "/nowhere/o", "--state", state],
    { stdout: collectText(), stderr },
  );
  expect(status).toBe(1);
  expect(stderr.text()).toContain('Writing "/nowhere/o" failed');
  expect((await readFile(state, "latin1")).trim().split("\n")).toHaveLength(31);
});

test.each([
  [[], "Give one of a channel"],
  [["nixos-unstable", "more"], "Too many arguments"],
  [["nixos-unstable", "--store", "auto"], "Give one of a channel"],
  [["--paths", "list"], "--paths needs --cache"],
  [["--store", "auto", "--cache", "x"], "Remove --cache"],
  [["--store", "auto", "--min-users", "0"], 'Invalid --min-users "0"'],
  [["nixos-unstable", "--concurrency", "lots"], "from 1 to 1024"],
  [["nixos-unstable", "--concurrency", "1025"], "from 1 to 1024"],
  [["--verbose"], "--verbose"],
  [["ftp://example.org/channel"], "Use an http, https or file URL"],
  [["--cache", "c", "--paths", "p", "--trusted-public-keys", "a:b"], "Invalid public key"],
])("wrong usage %j is status 2", async (argv, message) => {
  const stdout = collectText();
  const stderr = collectText();
  expect(await runPopcount(argv, { stdout, stderr })).toBe(2);
  expect(stderr.text()).toContain(message);
  expect(stderr.text()).toContain("nixery popcount --help");
  expect(stdout.text()).toBe("");
});

test("--help prints the help", async () => {
  const stdout = collectText();
  expect(await runPopcount(["--help"], { stdout, stderr: collectText() })).toBe(0);
  expect(stdout.text()).toContain("nixery popcount --cache URL --paths LIST");
});

test("a missing list is status 1", async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, "empty"), "\n");
  for (const list of ["no-such-list", "empty"]) {
    const stderr = collectText();
    const argv = ["--cache", directory.path, "--paths", join(directory.path, list)];
    expect(await runPopcount(argv, { stdout: collectText(), stderr })).toBe(1);
    expect(stderr.text()).toContain(list === "empty" ? "contains no store path" : list);
  }
});
