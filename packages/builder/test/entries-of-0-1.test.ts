import { createHash } from "node:crypto";
import { collect } from "@nixery/kit/collect";
import { createPopularity } from "@nixery/layers";
import { diskReader, gzip } from "@nixery/packing";
import type { Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { expect, it, vi } from "vitest";
import type { ExplainedImage, ImageBuilderOptions } from "../src/index.ts";
import { pull } from "./support/image.ts";
import { createTestPackages } from "./support/packages.ts";
import { createStore, keys, setUp, type Setup, stream, typesOf } from "./support/setup.ts";

// 0.1.0 had blobs at `layers/<hex>`, a layer's entry at `builds/<id>` and an image's at
// `manifests/<id>`. The ids are written out here as 0.1.0 computed them.

function idOf(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

type Options = Partial<Omit<ImageBuilderOptions, "packages">>;

const level = 5;
const compression = ["gzip", level, 524_288];
const popularity = createPopularity(Object.entries({ libc: 1000, git: 2 }));
const popularityId = idOf([
  ["git", 2],
  ["libc", 1000],
]);

interface ImageOf01 {
  readonly oci: string;
  readonly docker: string;
  readonly layers: readonly string[];
}

async function builderOn(storage: Storage, options: Options = {}): Promise<Setup> {
  const store = await createStore();
  const reader = diskReader({ root: store.root });
  const packages = createTestPackages({ closure: store.closureOf });
  return await setUp({ grouping: { popularity }, ...options, storage, packages, reader });
}

/** Puts an image into `storage` as 0.1.0 did. */
async function buildAs01(storage: Storage, name: string): Promise<ImageOf01> {
  const today = createMemoryStorage();
  const { builder, packages } = await builderOn(today);
  const oci = await pull(builder, today, name, "oci");
  const docker = await pull(builder, today, name, "docker");
  const explained = await builder.explain({ name, tag: "latest" });
  if (explained.kind !== "explained") {
    throw new Error(explained.message);
  }
  for await (const { key, contentType } of today.list("blobs/")) {
    const bytes = await collect((await today.read(key))?.body ?? [], 1e7);
    const place = key.replace("blobs/sha256-", "layers/");
    await storage.write(place, stream(bytes), { contentType });
  }
  const write = async (key: string, entry: unknown): Promise<void> => {
    await storage.write(key, stream(JSON.stringify(entry)), { contentType: "application/json" });
  };
  const { roots } = (await createStore()).closureOf(packages.asked[0] ?? []);
  for (const { kind, paths, stored } of explained.layers) {
    const id =
      kind === "root"
        ? idOf("root-layer", 1, 1, compression, roots)
        : idOf("store-layer", 1, compression, paths);
    await write(`builds/${id}`, stored);
  }
  await write(`manifests/${imageIdOf01(explained)}`, {
    oci: await descriptorOf(storage, oci.digest),
    docker: await descriptorOf(storage, docker.digest),
    blobs: [
      ...[{ digest: oci.digest }, { digest: docker.digest }, oci.manifest.config],
      ...oci.manifest.layers,
    ],
  });
  const layers = oci.manifest.layers.map(({ digest }) => digest);
  return { oci: oci.digest, docker: docker.digest, layers };
}

function imageIdOf01({ image }: ExplainedImage): string {
  const { system } = image.platform;
  const grouping = ["cohorts", 94, popularityId];
  return idOf(
    ...["image", "1.1.1", "pinned", "pinned", system, image.hasShell, image.packages, grouping],
    compression,
  );
}

async function descriptorOf(storage: Storage, digest: string): Promise<unknown> {
  const info = await storage.stat(`layers/${digest.slice("sha256:".length)}`);
  return { mediaType: info?.contentType, digest, size: info?.size };
}

it("answers an image of 0.1.0 with its digests, without Nix, packing or a write", async () => {
  const storage = createMemoryStorage();
  const image = await buildAs01(storage, "shell/hello");
  const before = await keys(storage, "");
  expect([...new Set(before.map((key) => key.replace(/\/.*/, "")))]).toEqual([
    ...["builds", "layers", "manifests"],
  ]);
  const { builder, packages, events } = await builderOn(storage);
  expect((await pull(builder, storage, "shell/hello", "oci")).digest).toBe(image.oci);
  expect((await pull(builder, storage, "shell/hello", "docker")).digest).toBe(image.docker);
  expect(packages.calls.prepare).toBe(0);
  expect(typesOf(events).filter((type) => !type.startsWith("image-"))).toEqual([]);
  expect(await keys(storage, "")).toEqual(before);

  const stat = vi.spyOn(storage, "stat");
  for (const format of ["oci", "docker"] as const) {
    stat.mockClear();
    await builder.image({ name: "shell/hello", tag: "latest", format });
    expect(stat).toHaveBeenCalledOnce();
  }
});

it("uses layers of 0.1.0 in other images", async () => {
  const storage = createMemoryStorage();
  const image = await buildAs01(storage, "hello");
  const { builder, events } = await builderOn(storage);
  const { manifest } = await pull(builder, storage, "git/hello");
  const shared = manifest.layers.filter(({ digest }) => image.layers.includes(digest));
  expect(shared.length).toBeGreaterThan(1);
  expect(typesOf(events).filter((type) => type === "layer-cached")).toHaveLength(shared.length);
  // The same layer is not stored at two places.
  const hexes = (await keys(storage, "blobs/")).map((key) => key.replace("blobs/sha256-", ""));
  const hexesOf01 = new Set(
    (await keys(storage, "layers/")).map((key) => key.replace("layers/", "")),
  );
  expect(hexes.filter((hex) => hexesOf01.has(hex))).toEqual([]);
});

it("shares a storage with 0.1.0, whichever builds an image first", async () => {
  const storage = createMemoryStorage();
  const first = await builderOn(storage);
  const hello = await pull(first.builder, storage, "hello");
  const git = await buildAs01(storage, "git");
  const sameHello = await buildAs01(storage, "hello");
  expect(sameHello.oci).toBe(hello.digest);
  const second = await builderOn(storage);
  for (const { builder } of [first, second]) {
    expect((await pull(builder, storage, "git")).digest).toBe(git.oci);
    expect((await pull(builder, storage, "git", "docker")).digest).toBe(git.docker);
    expect((await pull(builder, storage, "hello")).digest).toBe(hello.digest);
  }
  expect([first.packages.calls.prepare, second.packages.calls.prepare]).toEqual([1, 0]);
  // Another server of today's builds, and leaves what 0.1.0 wrote as it is.
  const before = await keys(storage, "");
  const both = await pull(second.builder, storage, "git/hello");
  const after = await keys(storage, "");
  expect(before.filter((key) => !after.includes(key))).toEqual([]);
  const added = after.filter((key) => !before.includes(key));
  expect(added.filter((key) => !/^(?:blobs|layer-cache|image-cache)\//.test(key))).toEqual([]);
  expect((await buildAs01(storage, "git/hello")).oci).toBe(both.digest);
});

it("builds an image of 0.1.0 that is damaged, or that was built otherwise", async () => {
  const damages: ((storage: Storage, image: ImageOf01) => Promise<void>)[] = [
    (storage, { layers }) => storage.remove(`layers/${layers[0]?.slice("sha256:".length)}`),
    (storage, { oci }) => storage.remove(`layers/${oci.slice("sha256:".length)}`),
    ...["{", "null", '{"oci":1}'].map((text) => async (storage: Storage): Promise<void> => {
      for (const key of await keys(storage, "manifests/")) {
        await storage.write(key, stream(text), { contentType: "application/json" });
      }
    }),
  ];
  for (const damage of damages) {
    const storage = createMemoryStorage();
    const image = await buildAs01(storage, "hello");
    await damage(storage, image);
    const { builder, packages } = await builderOn(storage);
    expect((await pull(builder, storage, "hello")).digest).toBe(image.oci);
    expect(packages.calls.prepare).toBe(1);
  }
  for (const options of [
    { compression: { codec: gzip({ level: 6 }) } },
    { grouping: { popularity: createPopularity([["libc", 1]]) } },
    { grouping: { popularity, budget: 3 } },
  ]) {
    const storage = createMemoryStorage();
    await buildAs01(storage, "hello");
    const { builder, packages } = await builderOn(storage, options);
    await pull(builder, storage, "hello");
    expect(packages.calls.prepare).toBe(1);
  }
});
