import { spawnSync } from "node:child_process";
import { appendFile, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { countCache, encodePopularity, type CountProgress } from "../src/index.ts";
import { type Fault, startFlakyServer } from "../../binary-cache/test/support/flaky-server.ts";
import { hashOf, narinfoText } from "../../binary-cache/test/support/narinfo-text.ts";
import { temporaryDirectory } from "../../binary-cache/test/support/temporary-directory.ts";
import { countDirectly, generatePackageSet, listOf, narinfoFiles } from "./support/package-set.ts";

vi.setConfig({ testTimeout: 60_000 });

const set = generatePackageSet(2500);
const direct = countDirectly(set);
const files = narinfoFiles(set);

const small = generatePackageSet(400);
const smallDirect = countDirectly(small);
const smallFiles = narinfoFiles(small);

function compress(text: string): Uint8Array {
  const { stdout, status } = spawnSync("xz", ["-c"], { input: text, maxBuffer: 1e9 });
  expect(status).toBe(0);
  return stdout;
}

/** Every fault for some paths, twice in a row for some of those. */
function fault(path: string, attempt: number): Fault | undefined {
  const kinds: Fault[] = ["500", "503", "429", "reset", "cut", "cut-chunked", "late"];
  const number = Number.parseInt(Buffer.from(path).toString("hex").slice(2, 10), 16);
  return attempt <= 1 + (number % 2) ? kinds[number % 29] : undefined;
}

test("counts 2,500 paths of a cache that often fails like a direct computation", async () => {
  const withList = new Map<string, string | Uint8Array>([
    ...files,
    ["/store-paths.xz", compress(listOf(set))],
  ]);
  await using server = await startFlakyServer({ files: withList, fault });
  const seen: CountProgress[] = [];
  const result = await countCache({
    cache: server.url,
    paths: `${server.url}/store-paths.xz`,
    retryDelay: 2,
    onProgress: (progress) => seen.push(progress),
  });

  expect(Object.fromEntries(result.counts)).toEqual(direct);
  expect(result).toMatchObject({ paths: 2500, missing: set.missing.size, derivations: 0 });
  expect(set.missing.size).toBeGreaterThan(5);
  expect([...set.missing]).toEqual(expect.arrayContaining([...result.missingExamples]));
  expect([...server.faults.keys()].toSorted()).toEqual([
    "429",
    "500",
    "503",
    "cut",
    "cut-chunked",
    "late",
    "reset",
  ]);
  expect(seen.at(-1)).toMatchObject({ done: 2500, total: 2500, missing: set.missing.size });
  expect(seen.at(-1)?.retries).toBeGreaterThan(300);
});

test("the result has the same bytes for any order of the list and any concurrency", async () => {
  await using server = await startFlakyServer({ files: smallFiles });
  await using directory = await temporaryDirectory();
  const lines = listOf(small).trim().split("\n");
  const outputs = [];
  for (const [concurrency, list] of [
    [1, lines],
    [64, lines.toReversed()],
    [7, [...lines, "", ...lines.slice(100, 200)]],
  ] as const) {
    const paths = join(directory.path, "list");
    await writeFile(paths, list.join("\n"));
    const { counts } = await countCache({ cache: `${server.url}/`, paths, concurrency });
    outputs.push(encodePopularity(counts));
  }
  expect(outputs[0]).toBe(outputs[1]);
  expect(outputs[0]).toBe(outputs[2]);
  expect(JSON.parse(outputs[0] ?? "")).toEqual(smallDirect);
});

test("keeps connections open and limits the requests at a time", async () => {
  await using server = await startFlakyServer({ files: smallFiles, fault: () => "late" });
  await using directory = await temporaryDirectory();
  const paths = join(directory.path, "list");
  await writeFile(paths, listOf(small).split("\n").slice(0, 300).join("\n"));
  await countCache({ cache: server.url, paths, concurrency: 8 });
  expect(server.mostAtOnce()).toBe(8);
  // A connection is free again a moment after its body is read, so a few more than 8 are opened.
  expect(server.connections()).toBeLessThan(60);
});

test("reads a cache and a list from files", async () => {
  await using directory = await temporaryDirectory();
  for (const [name, text] of smallFiles) {
    await writeFile(join(directory.path, name), text);
  }
  await writeFile(join(directory.path, "list"), listOf(small));
  const { counts } = await countCache({
    cache: directory.path,
    paths: join(directory.path, "list"),
  });
  expect(Object.fromEntries(counts)).toEqual(smallDirect);
});

test("leaves out derivations, and counts names that are special in JavaScript objects", async () => {
  const user = `${hashOf("user")}-user-1`;
  const used = ["__proto__", "constructor", "42", "7"].map((name) => `${hashOf(name)}-${name}`);
  const recipe = `${hashOf("recipe")}-user-1.drv`;
  await using server = await startFlakyServer({
    files: new Map([
      ["/list", `${user}\n/nix/store/${recipe}\n`],
      [`/${user.slice(0, 32)}.narinfo`, narinfoText(user, [...used, user])],
    ]),
  });
  const result = await countCache({ cache: server.url, paths: `${server.url}/list` });
  expect(result).toMatchObject({ paths: 1, derivations: 1 });
  expect(encodePopularity(result.counts)).toBe(
    '{\n"42":1,\n"7":1,\n"__proto__":1,\n"constructor":1\n}\n',
  );
});

test("counts a user once for a name, and another path of that name as a user", async () => {
  const [a, b, c] = [`${hashOf("a")}-same-1`, `${hashOf("b")}-same-1`, `${hashOf("c")}-same-1`];
  await using server = await startFlakyServer({
    files: new Map([
      ["/list", `${a}\n`],
      [`/${a.slice(0, 32)}.narinfo`, narinfoText(a, [a, b, c])],
    ]),
  });
  const { counts } = await countCache({ cache: server.url, paths: `${server.url}/list` });
  expect([...counts]).toEqual([["same-1", 1]]);
});

test("continues after an interruption and requests nothing twice", async () => {
  await using directory = await temporaryDirectory();
  const state = join(directory.path, "state");
  const paths = join(directory.path, "list");
  await writeFile(paths, listOf(set));
  const controller = new AbortController();
  const options = { paths, state, retryDelay: 2 };
  await using server = await startFlakyServer({
    files,
    onRequest: (_, total) => {
      if (total === 1000) {
        controller.abort(new Error("enough"));
      }
    },
  });
  const first = countCache({ ...options, cache: server.url, signal: controller.signal });
  await expect(first).rejects.toThrow("enough");
  const kept = (await readFile(state, "latin1")).trim().split("\n").length - 1;
  expect(kept).toBeGreaterThan(900);
  expect(kept).toBeLessThanOrEqual(1000);

  server.requests.clear();
  const { counts, missing } = await countCache({ ...options, cache: server.url });
  expect(server.requests.size).toBe(2500 - kept);
  expect(Object.fromEntries(counts)).toEqual(direct);
  expect(missing).toBe(set.missing.size);

  server.requests.clear();
  const again = await countCache({ ...options, cache: server.url });
  expect(server.requests.size).toBe(0);
  expect(encodePopularity(again.counts)).toBe(encodePopularity(counts));
});

test("counts the paths again that a torn or damaged state file lost", async () => {
  await using directory = await temporaryDirectory();
  const state = join(directory.path, "state");
  const paths = join(directory.path, "list");
  await writeFile(paths, listOf(small));
  await using server = await startFlakyServer({ files: smallFiles });
  const options = { cache: server.url, paths, state };
  await countCache(options);
  const { size } = await stat(state);
  const whole = await readFile(state);

  const damages: (() => Promise<void>)[] = [
    () => truncate(state, size - 7),
    () => truncate(state, Math.floor(size / 2)),
    () => truncate(state, 30),
    () => truncate(state, 0),
    () => appendFile(state, "00000000 + torn"),
    () => appendFile(state, Buffer.alloc(5000)),
    () =>
      writeFile(
        state,
        Buffer.concat([whole.subarray(0, size / 3), Buffer.alloc(Math.floor(size / 3))]),
      ),
    () => writeFile(state, whole.toString("latin1").replace(/package-1/, "package-2")),
  ];
  for (const damage of damages) {
    await damage();
    const { counts } = await countCache(options);
    expect(Object.fromEntries(counts)).toEqual(smallDirect);
    expect((await stat(state)).size).toBe(size);
  }
});

test("does not use the state of another count", async () => {
  await using directory = await temporaryDirectory();
  const state = join(directory.path, "state");
  const paths = join(directory.path, "list");
  await writeFile(paths, listOf(small));
  await using server = await startFlakyServer({ files: smallFiles });
  await countCache({ cache: server.url, paths, state });

  const fewer = join(directory.path, "fewer");
  await writeFile(fewer, listOf(small).split("\n").slice(0, 50).join("\n"));
  const other = { cache: server.url, paths: fewer, state };
  await expect(countCache(other)).rejects.toMatchObject({ code: "ERR_POPCOUNT_STATE" });
  await expect(countCache({ ...other, restart: true })).resolves.toMatchObject({ paths: 50 });
});

test.each([false, true])(
  "never truncates a file that is not a state file (restart: %s)",
  async (restart) => {
    await using directory = await temporaryDirectory();
    const state = join(directory.path, "precious");
    const paths = join(directory.path, "list");
    await writeFile(paths, listOf(small));
    await writeFile(state, "precious");
    const counting = countCache({ cache: directory.path, paths, state, restart });
    await expect(counting).rejects.toMatchObject({ code: "ERR_POPCOUNT_STATE" });
    expect(await readFile(state, "utf8")).toBe("precious");
  },
);

test("fails with the location when a server keeps failing", async () => {
  await using directory = await temporaryDirectory();
  const paths = join(directory.path, "list");
  await writeFile(paths, listOf(small));
  await using server = await startFlakyServer({ files: smallFiles, fault: () => "503" });
  const counting = countCache({ cache: server.url, paths, maxAttempts: 3, retryDelay: 1 });
  await expect(counting).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNAVAILABLE",
    message: expect.stringMatching(/narinfo" failed after 3 attempts \(HTTP status 503\)/),
  });
  expect(server.requests.size).toBeLessThanOrEqual(32);
});

test("fails when a server does not respond", async () => {
  await using server = await startFlakyServer({ files: new Map(), fault: () => "silent" });
  const counting = countCache({
    cache: server.url,
    paths: `${server.url}/list`,
    maxAttempts: 2,
    retryDelay: 1,
    idleTimeout: 50,
  });
  await expect(counting).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNAVAILABLE",
    message: expect.stringContaining("no data for 0.05 s"),
  });
});

test("a cache without any path of the list is an error, not an empty result", async () => {
  await using server = await startFlakyServer({ files: new Map([["/list", listOf(small)]]) });
  const counting = countCache({ cache: `${server.url}/typo`, paths: `${server.url}/list` });
  await expect(counting).rejects.toMatchObject({ code: "ERR_POPCOUNT_NOT_FOUND" });
  const noList = countCache({ cache: server.url, paths: `${server.url}/no-list` });
  await expect(noList).rejects.toMatchObject({ code: "ERR_POPCOUNT_NOT_FOUND" });
});

test("rejects a narinfo file of another path, or skips it with skipInvalid", async () => {
  const [a, b] = [`${hashOf("a")}-a-1`, `${hashOf("b")}-b-1`];
  await using server = await startFlakyServer({
    files: new Map([
      ["/list", `${a}\n${b}\n`],
      [`/${a.slice(0, 32)}.narinfo`, narinfoText(b, [a])],
      [`/${b.slice(0, 32)}.narinfo`, narinfoText(b, [a])],
    ]),
  });
  const options = { cache: server.url, paths: `${server.url}/list`, maxAttempts: 1 };
  await expect(countCache(options)).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_INVALID_NARINFO",
    message: expect.stringContaining(a),
  });
  const warnings: string[] = [];
  const result = await countCache({
    ...options,
    skipInvalid: true,
    onWarning: (message) => warnings.push(message),
  });
  expect(result).toMatchObject({ paths: 2, missing: 1, missingExamples: [a] });
  expect([...result.counts]).toEqual([["a-1", 1]]);
  expect(warnings).toEqual([expect.stringContaining(a)]);
});

test("sends the user and password of a URL, and shows them in no message", async () => {
  const seen: (string | undefined)[] = [];
  await using server = await startFlakyServer({
    files: new Map(),
    handle: (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end();
      return true;
    },
  });
  const url = server.url.replace("//", "//me:s3cret@");
  const error = await countCache({ cache: url, paths: `${url}/list?token=s3cret` }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: "ERR_BINARY_CACHE_UNAVAILABLE" });
  expect(String(error)).not.toContain("s3cret");
  expect(seen).toEqual([`Basic ${Buffer.from("me:s3cret").toString("base64")}`]);
});
