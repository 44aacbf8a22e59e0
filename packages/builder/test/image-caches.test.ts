import { blobKey } from "@nixery/content";
import { createPopularity } from "@nixery/layers";
import type { Digest } from "@nixery/manifest";
import { diskReader, gzip } from "@nixery/packing";
import { isStorageError } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { createFsStorage } from "@nixery/storage-fs";
import { expect, it, vi } from "vitest";
import type { ImageBuilderOptions } from "../src/index.ts";
import { pull } from "./support/image.ts";
import { createTestPackages } from "./support/packages.ts";
import { createStore, faulty, keys, setUp, stream, typesOf } from "./support/setup.ts";
import { bytes } from "../../packing/test/support/tar.ts";
import { temporary } from "../../packing/test/support/tree.ts";

it("returns images from memory, and after a restart from the storage", async () => {
  const directory = await temporary();
  const first = await setUp({ storage: await createFsStorage({ directory }) });
  const image = await pull(first.builder, first.storage);
  expect((await pull(first.builder, first.storage)).digest).toBe(image.digest);
  await first.builder.close();
  const second = await setUp({ storage: await createFsStorage({ directory }) });
  expect((await pull(second.builder, second.storage)).digest).toBe(image.digest);
  expect(second.packages.calls.prepare).toBe(0);
  const outcomes = [...first.events, ...second.events].flatMap((event) =>
    event.type === "image-answered" ? event.outcome : [],
  );
  expect(outcomes).toEqual(["built", "memory", "storage"]);
});

it("tells images apart by packages, platform, shell, source, grouping and compression", async () => {
  const storage = createMemoryStorage();
  const store = await createStore();
  const entries: number[] = [];
  const build = async (
    name: string,
    options: Partial<ImageBuilderOptions> = {},
    cacheKey = "one",
  ): Promise<void> => {
    const packages = createTestPackages({
      closure: store.closureOf,
      resolve: () => ({ cacheKey }),
    });
    const { builder } = await setUp({
      ...options,
      storage,
      packages,
      reader: diskReader({ root: store.root }),
    });
    await pull(builder, storage, name);
    entries.push((await keys(storage, "image-cache/")).length);
  };
  await build("hello");
  await build("hello");
  await build("hello", { grouping: { budget: 94, popularity: undefined } });
  await build("git");
  await build("arm64/hello");
  await build("shell/hello");
  await build("hello", {}, "two");
  await build("hello", { grouping: { budget: 2 } });
  await build("hello", { grouping: { popularity: createPopularity([["libc", 5]]) } });
  await build("hello", { grouping: { popularity: () => createPopularity([["libc", 5]]) } });
  await build("hello", { compression: { codec: gzip({ level: 1 }) } });
  expect(entries).toEqual([1, 1, 1, 2, 3, 4, 5, 6, 7, 7, 8]);
});

it("does not cache images of an unpinned package set, but shares their builds", async () => {
  const gate = Promise.withResolvers<void>();
  const store = await createStore();
  const packages = createTestPackages({
    closure: store.closureOf,
    gate: gate.promise,
    resolve: () => ({ cacheKey: undefined }),
  });
  const { builder, storage } = await setUp({ packages, reader: diskReader({ root: store.root }) });
  const request = { name: "hello", tag: "latest", format: "oci" } as const;
  const both = [builder.image(request), builder.image(request)];
  await vi.waitFor(() => {
    expect(packages.calls.prepare).toBe(1);
  });
  gate.resolve();
  await Promise.all(both);
  expect(packages.calls.prepare).toBe(1);
  await pull(builder, storage);
  expect(packages.calls.prepare).toBe(2);
  expect(await keys(storage, "image-cache/")).toEqual([]);
});

it("builds again when cache entries are garbage or refer to missing blobs", async () => {
  const storage = createMemoryStorage();
  const fresh = () => setUp({ storage });
  const { builder } = await fresh();
  const image = await pull(builder, storage);
  const [manifest = ""] = await keys(storage, "image-cache/");
  const builds = await keys(storage, "layer-cache/");
  const overwrite = (key: string, text: string) =>
    storage.write(key, stream(text), { contentType: "application/json" });

  const whole = (await bytes((await storage.read(manifest))!.body)).toString();
  const nextDigest = whole.replace(/[0-9a-f]{64}/, "0".repeat(64));
  for (const garbage of ["", "null", "{", "[]", '{"oci":1}', whole.slice(0, -9), nextDigest]) {
    await overwrite(manifest, garbage);
    for (const key of builds) {
      await overwrite(key, garbage);
    }
    const { builder: later, packages, events } = await fresh();
    expect((await pull(later, storage)).digest).toBe(image.digest);
    expect(packages.calls.prepare).toBe(1);
    expect(typesOf(events)).toContain("warning");
    expect(typesOf(events)).toContain("layer-stored");
  }

  for (const { digest } of [
    ...image.manifest.layers,
    image.manifest.config,
    { digest: image.digest },
  ]) {
    await storage.remove(blobKey(digest));
    const { builder: later } = await fresh();
    expect((await pull(later, storage)).digest).toBe(image.digest);
  }
});

it("checks the whole image again when its entry in memory has expired", async () => {
  const { builder, storage } = await setUp({ caches: { trustFor: 1 } });
  const image = await pull(builder, storage);
  for (const key of await keys(storage, "blobs/")) {
    await storage.remove(key);
  }
  await vi.waitFor(async () => {
    expect((await pull(builder, storage)).digest).toBe(image.digest);
  });

  const trusting = await setUp({ caches: { trustFor: 3_600_000 } });
  const { manifest, digest } = await pull(trusting.builder, trusting.storage);
  const remove = (blobDigest: Digest): Promise<void> =>
    trusting.storage.remove(blobKey(blobDigest));
  const [layerDigest = digest] = manifest.layers.map((layer) => layer.digest);
  await remove(layerDigest);
  await expect(pull(trusting.builder, trusting.storage)).rejects.toThrow("not in the storage");
  await remove(digest);
  expect((await pull(trusting.builder, trusting.storage)).digest).toBe(digest);
});

it("builds without its caches when the storage fails to read or write entries", async () => {
  const entries = /^(layer|image)-cache\//;
  const storage = faulty(createMemoryStorage(), (_, key) => entries.test(key));
  const { builder, events } = await setUp({ storage });
  await pull(builder, storage);
  const warnings = events.flatMap((event) => (event.type === "warning" ? event.error : []));
  expect(warnings.length).toBeGreaterThan(2);
  expect(warnings.every((error) => isStorageError(error))).toBe(true);
});

it("writes the entry of an image after all that it refers to", async () => {
  const order: string[] = [];
  const storage = faulty(createMemoryStorage(), (operation, key) => {
    if (operation === "write" || operation === "move") {
      order.push(key.replace(/\/.*/, ""));
    }
    return false;
  });
  const { builder } = await setUp({ storage });
  await pull(builder, storage);
  expect(order.filter((place) => place === "image-cache")).toHaveLength(1);
  // The layers' moves, the config, the entry, and then the manifest, which refers to all of them.
  expect(order.slice(-4)).toEqual(["layer-cache", "blobs", "image-cache", "blobs"]);
  expect(order.lastIndexOf("staging")).toBeLessThan(order.indexOf("blobs"));
});

it("fails when a layer, a config or a manifest cannot be stored, and remembers nothing", async () => {
  for (const [operation, prefix] of [
    ["write", "staging/"],
    ["move", "staging/"],
    ["write", "blobs/"],
  ] as const) {
    let isDown = true;
    const inner = createMemoryStorage();
    const storage = faulty(
      inner,
      (op, key) => isDown && op === operation && key.startsWith(prefix),
    );
    const { builder } = await setUp({ storage });
    const request = { name: "hello", tag: "latest", format: "oci" } as const;
    await expect(builder.image(request)).rejects.toSatisfy((error) =>
      isStorageError(error, "ERR_STORAGE_UNAVAILABLE"),
    );
    expect(await keys(inner, "image-cache/")).toEqual([]);
    expect(await keys(inner, "staging/")).toEqual([]);
    isDown = false;
    await pull(builder, storage);
  }
});
