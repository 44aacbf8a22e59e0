import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { type Fault, startFlakyServer } from "../../binary-cache/test/support/flaky-server.ts";
import { temporaryDirectory } from "../../binary-cache/test/support/temporary-directory.ts";
import { createPopularitySource, loadPopularity, parsePopularity } from "../src/index.ts";

/** A clock that a test advances. */
function manualClock() {
  let planned: { run(): void; readonly milliseconds: number } | undefined;
  return {
    schedule: (run: () => void, milliseconds: number) => {
      const plan = { run, milliseconds };
      planned = plan;
      return () => {
        planned = planned === plan ? undefined : planned;
      };
    },
    planned: () => planned?.milliseconds,
    pass() {
      const plan = planned;
      planned = undefined;
      plan?.run();
    },
  };
}

const wrongBodies: [string, string][] = [
  ["an error page", "<html>oops</html>"],
  ["invalid JSON", '{"a": 1'],
  ["a negative count", '{"a": -5}'],
  ["something huge", `{"a": 1${" ".repeat(5000)}}`],
];

test.each(wrongBodies)("%s is a warning, and the data read before stays", async (_, wrong) => {
  const files = new Map([["/p.json", '{"glibc-2.39": 5}']]);
  await using server = await startFlakyServer({ files });
  const warnings: string[] = [];
  const clock = manualClock();
  const source = createPopularitySource({
    location: `${server.url}/p.json?token=s3cret`,
    maxBytes: 4096,
    maxAttempts: 1,
    schedule: clock.schedule,
    onWarning: (message) => warnings.push(message),
  });
  expect(source.current()).toBeUndefined();
  await source.refresh();
  const before = source.current();
  expect(before?.counts.get("glibc-2.39")).toBe(5);
  expect(clock.planned()).toBe(3_600_000);

  files.set("/p.json", wrong);
  clock.pass();
  await source.refresh();
  expect(source.current()).toBe(before);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^Serving with the popularity data read before: .*"http:\/\/127\.0\.0\.1:\d+\/p\.json"/,
    ),
  ]);
  expect(clock.planned()).toBe(60_000);

  files.set("/p.json", '{"glibc-2.39": 6}');
  clock.pass();
  await source.refresh();
  expect(source.current()?.counts.get("glibc-2.39")).toBe(6);
  expect(source.current()?.identity).not.toBe(before?.identity);
  expect(clock.planned()).toBe(3_600_000);
  source.close();
  expect(clock.planned()).toBeUndefined();
});

test.each<Fault>(["500", "reset", "cut", "silent"])(
  "a server that fails (%s) from the start is a warning, and is requested again",
  async (kind) => {
    const faults: (Fault | undefined)[] = [kind, kind, undefined];
    await using server = await startFlakyServer({
      files: new Map([["/p.json", '{"a": 1}']]),
      fault: () => faults.shift(),
    });
    const warnings: string[] = [];
    const clock = manualClock();
    const source = createPopularitySource({
      location: new URL(`${server.url}/p.json`),
      maxAttempts: 2,
      retryDelay: 1,
      idleTimeout: kind === "silent" ? 50 : 10_000,
      schedule: clock.schedule,
      onWarning: (message) => warnings.push(message),
    });
    await source.refresh();
    expect(source.current()).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining("Serving without popularity data: ")]);
    clock.pass();
    await source.refresh();
    expect(source.current()?.counts.get("a")).toBe(1);
    expect(warnings).toHaveLength(1);
    source.close();
  },
);

test("a response without an end is a warning", async () => {
  await using server = await startFlakyServer({
    files: new Map(),
    handle: (_, response) => {
      response.write('{"a": 1');
      const timer = setInterval(() => response.write(" "), 5);
      response.once("close", () => clearInterval(timer));
      return true;
    },
  });
  const warnings: string[] = [];
  const source = createPopularitySource({
    location: `${server.url}/p.json`,
    maxAttempts: 1,
    deadline: 100,
    refreshInterval: 0,
    onWarning: (message) => warnings.push(message),
  });
  await source.refresh();
  expect(warnings).toEqual([expect.stringContaining("not complete after 0.1 s")]);
});

test("a missing server is a warning", async () => {
  const server = await startFlakyServer({ files: new Map() });
  const { url } = server;
  await server[Symbol.asyncDispose]();
  const warnings: string[] = [];
  const source = createPopularitySource({
    location: `${url}/p.json`,
    retryDelay: 1,
    refreshInterval: 0,
    onWarning: (message) => warnings.push(message),
  });
  await source.refresh();
  expect(warnings).toEqual([expect.stringContaining("ECONNREFUSED")]);
});

test("reads a replaced file again, and reports only data that differs", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "popularity.json");
  await writeFile(file, '{"a": 1, "b": 2}');
  const updates: number[] = [];
  const warnings: string[] = [];
  const clock = manualClock();
  const source = createPopularitySource({
    location: file,
    schedule: clock.schedule,
    onUpdate: ({ counts }) => updates.push(counts.size),
    onWarning: (message) => warnings.push(message),
  });
  await source.refresh();
  const first = source.current();
  await writeFile(file, '{"b": 2, "a": 1}');
  await source.refresh();
  expect(source.current()).toBe(first);
  await writeFile(`${file}.new`, '{"a": 1}');
  await rename(`${file}.new`, file);
  await source.refresh();
  expect(updates).toEqual([2, 1]);
  await rm(file);
  await source.refresh();
  expect(warnings).toEqual([expect.stringContaining(`No popularity data at "${file}"`)]);
  expect(source.current()?.counts.size).toBe(1);
  source.close();
});

test("callers that refresh at once share one reading", async () => {
  await using server = await startFlakyServer({ files: new Map([["/p.json", "{}"]]) });
  const source = createPopularitySource({ location: `${server.url}/p.json` });
  await Promise.all([source.refresh(), source.refresh(), source.refresh()]);
  expect(server.requests.get("/p.json")).toBe(1);
  source.close();
});

test("closing aborts a reading under way without a warning, and nothing is read afterwards", async () => {
  const warnings: string[] = [];
  const clock = manualClock();
  await using server = await startFlakyServer({
    files: new Map(),
    fault: () => "silent",
    onRequest: () => source.close(),
  });
  const source = createPopularitySource({
    location: `${server.url}/p.json`,
    schedule: clock.schedule,
    onWarning: (message) => warnings.push(message),
  });
  await source.refresh();
  await source.refresh();
  expect(warnings).toEqual([]);
  expect(clock.planned()).toBeUndefined();
  expect(server.requests.get("/p.json")).toBe(1);
});

test("without an interval the data is read once, even when that fails", async () => {
  await using directory = await temporaryDirectory();
  const location = join(directory.path, "popularity.json");
  const clock = manualClock();
  const { schedule } = clock;
  const source = createPopularitySource({ location, schedule, refreshInterval: 0 });
  await source.refresh();
  expect(clock.planned()).toBeUndefined();
  await writeFile(location, '{"a": 1}');
  await source.refresh();
  expect(source.current()?.counts).toEqual(new Map([["a", 1]]));
  expect(clock.planned()).toBeUndefined();
});

test("an invalid location is an error at once", () => {
  expect(() => createPopularitySource({ location: "s3://me:hunter2@bucket/p.json" })).toThrow(
    expect.objectContaining({
      code: "ERR_BINARY_CACHE_INVALID_OPTION",
      message: expect.not.stringContaining("hunter2"),
    }),
  );
});

test("loads from a URL, a file URL and a path", async () => {
  const text = '{"a": 1}';
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "p.json");
  await writeFile(file, text);
  await using server = await startFlakyServer({ files: new Map([["/p.json", text]]) });
  for (const location of [file, pathToFileURL(file), `${server.url}/p.json`]) {
    expect(await loadPopularity(location)).toEqual(parsePopularity(text));
  }
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(loadPopularity(file, { signal })).rejects.toThrow("enough");
});
