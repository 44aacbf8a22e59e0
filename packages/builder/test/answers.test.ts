import { diskReader } from "@nixery/packing";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ImageResult } from "@nixery/image-source";
import { createMemoryStorage } from "@nixery/storage/memory";
import { PackageSourceError } from "@nixery/package-source";
import { expect, it } from "vitest";
import { createImageBuilder, isBuilderError } from "../src/index.ts";
import { pull } from "./support/image.ts";
import { createTestPackages, type TestPackages } from "./support/packages.ts";
import { createStore, keys, setUp } from "./support/setup.ts";

const run = promisify(execFile);

/** A package source that fails with `error`. */
function failing(error: Error): TestPackages {
  return createTestPackages({
    closure: () => {
      throw error;
    },
  });
}

async function ask(packages: TestPackages, name = "hello", tag = "latest"): Promise<ImageResult> {
  return await (await setUp({ packages })).builder.image({ name, tag, format: "oci" });
}

async function tagsOf(packages: TestPackages, name = "hello"): Promise<unknown> {
  return await (await setUp({ packages })).builder.tags(name);
}

it("returns the reason why an image cannot be pulled", async () => {
  const ok = createTestPackages();
  expect(await ask(ok, "UPPER")).toMatchObject({
    kind: "invalid-name",
    message: expect.stringContaining("UPPER"),
    detail: { part: "UPPER" },
  });
  const tagless = createTestPackages({ resolve: () => undefined });
  expect(await ask(tagless, "hello", "v9")).toMatchObject({
    kind: "unknown",
    message: expect.stringContaining("v9"),
  });
  const message = "There is no package nonesuch.\n Look it up.";
  const missing = new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_FOUND", {
    message,
    packages: ["nonesuch"],
  });
  expect(await ask(failing(missing))).toEqual({
    kind: "unknown",
    message: "There is no package nonesuch. Look it up.",
    detail: { code: "ERR_PACKAGE_SOURCE_NOT_FOUND", packages: ["nonesuch"], reason: undefined },
  });
  const unfree = new PackageSourceError("ERR_PACKAGE_SOURCE_BUILD_FAILED", {
    message: "vscode is unfree.",
    packages: ["vscode"],
    reason: "unfree",
    log: ["secret path"],
  });
  const refused = await ask(failing(unfree));
  expect(refused).toMatchObject({ kind: "unknown", detail: { reason: "unfree" } });
  expect(JSON.stringify(refused)).not.toContain("secret");
  for (const [code, kind] of [
    ["ERR_PACKAGE_SOURCE_AMBIGUOUS", "unknown"],
    ["ERR_PACKAGE_SOURCE_TIMEOUT", "unknown"],
    ["ERR_PACKAGE_SOURCE_UNAVAILABLE", "unavailable"],
    ["ERR_PACKAGE_SOURCE_NO_RESOURCES", "unavailable"],
    ["ERR_PACKAGE_SOURCE_NOT_WORKING", "unavailable"],
  ] as const) {
    const result = await ask(failing(new PackageSourceError(code, { message: "Reason." })));
    expect(result).toMatchObject({ kind, message: "Reason." });
  }
  const defect = new TypeError("a defect");
  await expect(ask(failing(defect))).rejects.toBe(defect);
});

it("reports why the package source failed to look up a tag", async () => {
  const error = new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", { message: "Not now." });
  const { builder, events } = await setUp({
    packages: createTestPackages({ resolve: () => Promise.reject(error) }),
  });
  const request = { name: "hello", tag: "v1", format: "oci" } as const;
  const answers = await Promise.all([builder.image(request), builder.image(request)]);
  expect(answers.map(({ kind }) => kind)).toEqual(["unavailable", "unavailable"]);
  expect(events.filter(({ type }) => type === "source-failed")).toEqual([
    expect.objectContaining({ source: "test packages", tag: "v1", error }),
  ]);
});

it("reports a path of the closure that is missing from the store", async () => {
  const path = "/nix/store/00000000000000000000000000000000-collected";
  const closure = { roots: [], paths: [{ path, narSize: 1, references: [] }] };
  const { builder, storage } = await setUp({
    packages: createTestPackages({ closure: () => closure }),
  });
  const result = await builder.image({ name: "hello", tag: "latest", format: "oci" });
  expect(result).toMatchObject({ kind: "unavailable", message: expect.stringContaining(path) });
  expect(await keys(storage, "staging/")).toEqual([]);
  expect(await keys(storage, "image-cache/")).toEqual([]);
});

it("is unavailable while no file of the store can be opened, and builds afterwards", async () => {
  const store = await createStore();
  const closure = JSON.stringify(store.closureOf(["git", "hello"]));
  const program = fileURLToPath(new URL("support/crowded.ts", import.meta.url));
  const node = [process.execPath, "--conditions=@nixery/source", program, store.root, closure];
  const { stdout } = await run("/bin/sh", ["-c", 'ulimit -n 100; exec "$@"', "sh", ...node]);
  expect(stdout).toMatch(
    /^unavailable .*no open files .*\(EMFILE\)\. Pull again later\.\nfound \n$/,
  );
});

it("reports a file of the store that cannot be in an image", async () => {
  const store = await createStore();
  const closure = store.closureOf(["hello"]);
  await run("mkfifo", [`${store.root}${closure.roots[0]}/bin/pipe`]);
  const packages = createTestPackages({ closure: () => closure });
  const { builder } = await setUp({ packages, reader: diskReader({ root: store.root }) });
  expect(await builder.image({ name: "hello", tag: "latest", format: "oci" })).toMatchObject({
    kind: "unknown",
    message: expect.stringContaining('bin/pipe" is not a regular file, directory or symlink'),
  });
});

it("explains what a pull builds, and builds no layer", async () => {
  const { builder, storage } = await setUp();
  const before = await builder.explain({ name: "shell/hello", tag: "latest" });
  if (before.kind !== "explained") {
    throw new Error(before.message);
  }
  expect(await keys(storage, "")).toEqual([]);
  expect(before.layers.every(({ stored }) => stored === undefined)).toBe(true);
  expect(before.layers.every(({ reason }) => reason !== "")).toBe(true);

  const image = await pull(builder, storage, "shell/hello");
  const after = await builder.explain({ name: "hello/bashinteractive", tag: "latest" });
  expect(after.kind).toBe("explained");
  const again = await builder.explain({ name: "shell/hello", tag: "latest" });
  if (again.kind !== "explained") {
    throw new Error(again.message);
  }
  expect(again.layers.map(({ stored }) => stored?.digest)).toEqual(
    image.manifest.layers.map(({ digest }) => digest),
  );
  expect(again.layers.map(({ id }) => id)).toEqual(before.layers.map(({ id }) => id));
  expect(await builder.explain({ name: "UPPER", tag: "latest" })).toMatchObject({
    kind: "invalid-name",
  });
});

it("lists tags", async () => {
  expect(await tagsOf(createTestPackages({ tags: ["v2", "latest", "v1", "v2"] }))).toEqual([
    ...["latest", "v1", "v2"],
  ]);
  expect(await tagsOf(createTestPackages())).toEqual(["latest"]);
  expect(await tagsOf(createTestPackages({ resolve: () => undefined }))).toEqual([]);
  expect(await tagsOf(createTestPackages({ tags: ["v1"] }), "UPPER")).toBeUndefined();
  const message = "The repository does not respond. Try again later.";
  const unavailable = new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", { message });
  expect(await tagsOf(createTestPackages({ resolve: () => Promise.reject(unavailable) }))).toEqual({
    kind: "unavailable",
    message,
    retryAfter: 30,
  });
});

it("rejects invalid options", async () => {
  const storage = createMemoryStorage();
  const packages = createTestPackages();
  for (const options of [
    { grouping: { budget: 0 } },
    { grouping: { budget: 121 } },
    { concurrency: { maxLayers: 1.5 } },
    { concurrency: { maxBlocks: -1 } },
    { caches: { maxImages: 0 } },
  ]) {
    expect(() => createImageBuilder({ storage, packages, ...options })).toThrow(
      expect.toSatisfy((error) => isBuilderError(error, "ERR_BUILDER_INVALID_OPTION")),
    );
  }
  expect(() => createImageBuilder({ storage, packages, metaPackages: { UPPER: ["a"] } })).toThrow(
    "UPPER",
  );
});
