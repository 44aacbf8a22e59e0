import { createHash } from "node:crypto";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { quote } from "@nixery/kit/quote";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { diskReader, gzip, isPackingError, loadLayerCodec, loadStoreReader } from "../src/index.ts";
import { packPaths, type PackedPaths } from "./support/pack-paths.ts";
import type { WorkerInput } from "./support/pack-in-worker.ts";
import { createTestStore } from "./support/store.ts";
import { link, program } from "./support/tree.ts";

async function packInWorker(input: WorkerInput): Promise<PackedPaths> {
  const worker = new Worker(new URL("support/pack-in-worker.ts", import.meta.url), {
    workerData: input,
    execArgv: ["--conditions=@nixery/source"],
  });
  const [packed]: unknown[] = await once(worker, "message");
  return packed as PackedPaths;
}

it("packs the same bytes in a worker thread, with codec and reader loaded there", async () => {
  const store = await createTestStore();
  const paths = [
    await store.add("lib", { "lib.so": Buffer.alloc(1_500_000, "lib"), "a.so": link("lib.so") }),
    await store.add("tool", { bin: { tool: program() }, "caf\u00e9": "not UTF-8" }),
  ];
  const codec = gzip({ level: 6 });
  const reader = diskReader({ root: store.root });
  const here = await packPaths(codec, reader, paths);
  const there = await packInWorker({ codec, reader, paths });
  expect(there.diffId).toBe(here.diffId);
  expect(Buffer.from(there.bytes).equals(here.bytes)).toBe(true);
  const tar = gunzipSync(here.bytes);
  expect(here.diffId).toBe(`sha256:${createHash("sha256").update(tar).digest("hex")}`);
});

it("names everything that can change the bytes of gzip", async () => {
  expect(await loadLayerCodec(gzip())).toMatchObject({
    id: "gzip-5-524288",
    mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  });
  expect((await loadLayerCodec(gzip({ level: 9 }))).id).toBe("gzip-9-524288");
});

it("refuses modules without the factory, modules that are missing, and invalid options", async () => {
  const invalid = expect.toSatisfy((error) => isPackingError(error, "ERR_PACKING_INVALID_OPTION"));
  const { module } = diskReader();
  await expect(loadLayerCodec({ module })).rejects.toEqual(invalid);
  await expect(loadLayerCodec({ module })).rejects.toThrow('no function "createLayerCodec"');
  await expect(loadStoreReader({ module: gzip().module })).rejects.toEqual(invalid);
  await expect(loadStoreReader({ module: "file:///nowhere/reader.js" })).rejects.toEqual(invalid);
  await expect(loadLayerCodec({ ...gzip(), options: { level: 0 } })).rejects.toEqual(invalid);
  for (const level of [0, 10, 1.5, Number.NaN]) {
    expect(() => gzip({ level })).toThrow(invalid);
  }
});

interface Case {
  readonly factory: string;
  load(this: void, reference: { readonly module: string }): Promise<unknown>;
  readonly valid: object;
  readonly invalid: readonly (readonly [field: string, value: unknown])[];
}

const cases: readonly Case[] = [
  {
    factory: "createLayerCodec",
    load: loadLayerCodec,
    valid: { id: "plain", mediaType: "a/b", blockSize: 1, encode: () => Promise.resolve() },
    invalid: [
      ["id", ""],
      ["id", 5],
      ["mediaType", undefined],
      ["blockSize", 0],
      ["blockSize", 1.5],
      ["blockSize", "512"],
      ["blockSize", undefined],
      ["lookBack", -1],
      ["encode", "gzip"],
      ["createFrame", {}],
    ],
  },
  {
    factory: "createStoreReader",
    load: loadStoreReader,
    valid: { access: "anywhere", walk() {}, kindOf() {}, list() {}, readLink() {}, read() {} },
    invalid: [
      ["access", "random"],
      ["walk", undefined],
      ["kindOf", undefined],
      ["list", undefined],
      ["readLink", undefined],
      ["read", undefined],
    ],
  },
];

describe.each(cases)("what $factory of a module returns", ({ factory, load, valid, invalid }) => {
  /** A module whose factory returns the global that has its name. */
  const module = `data:text/javascript,export const ${factory} = () => globalThis.${factory}`;

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("is loaded when its fields are valid", async () => {
    vi.stubGlobal(factory, valid);
    expect(await load({ module })).toBe(valid);
  });

  it.each(invalid)("is refused when its %s is %j", async (field, value) => {
    vi.stubGlobal(factory, { ...valid, [field]: value });
    const error = await load({ module }).catch((thrown: unknown) => thrown);
    expect(error).toSatisfy((one) => isPackingError(one, "ERR_PACKING_INVALID_OPTION"));
    expect(String(error)).toContain(
      `${quote(module)} returns an invalid field "${field}". It must`,
    );
  });

  it("is refused when it is not an object", async () => {
    vi.stubGlobal(factory, undefined);
    await expect(load({ module })).rejects.toSatisfy((error) =>
      isPackingError(error, "ERR_PACKING_INVALID_OPTION"),
    );
  });
});

it("loads a reader in order without read", async () => {
  const reader = { access: "in-order", walk() {}, kindOf() {}, list() {}, readLink() {} };
  vi.stubGlobal("createStoreReader", reader);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const module =
    "data:text/javascript,export const createStoreReader = () => globalThis.createStoreReader";
  expect(await loadStoreReader({ module })).toBe(reader);
});
