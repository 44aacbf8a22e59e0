import { blobKey } from "@nixery/content";
import { ociMediaTypes } from "@nixery/manifest";
import { diskReader, isPackingError } from "@nixery/packing";
import { isStorageError, type Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { expect, it, vi } from "vitest";
import { blob, pull } from "./support/image.ts";
import { createTestPackages } from "./support/packages.ts";
import { createStore, faulty, keys, setUp, typesOf } from "./support/setup.ts";

/** Media types of the manifests in a storage. */
async function manifestTypes(storage: Storage): Promise<string[]> {
  const types: string[] = [];
  for await (const { contentType } of storage.list("blobs/")) {
    if (contentType.includes("manifest")) {
      types.push(contentType);
    }
  }
  return types.toSorted();
}

const oci = "application/vnd.oci.image.manifest.v1+json";
const docker = "application/vnd.docker.distribution.manifest.v2+json";

it("stores the manifest of a format when that format is asked for", async () => {
  const { builder, storage, packages, events } = await setUp();
  await pull(builder, storage, "hello", "oci");
  expect(await manifestTypes(storage)).toEqual([oci]);
  const before = events.length;
  await pull(builder, storage, "hello", "docker");
  expect(await manifestTypes(storage)).toEqual([docker, oci]);
  expect(packages.calls.prepare).toBe(1);
  // Neither Nix nor a layer was needed.
  expect(typesOf(events.slice(before))).toEqual(["image-requested", "image-answered"]);
  expect(events.at(-1)).toMatchObject({ outcome: "memory" });

  const restarted = await setUp({ storage });
  await pull(restarted.builder, storage, "hello", "docker");
  await pull(restarted.builder, storage, "hello", "oci");
  expect(restarted.packages.calls.prepare).toBe(0);
});

it("builds once for two formats that are asked for at the same time", async () => {
  const gate = Promise.withResolvers<void>();
  const store = await createStore();
  const packages = createTestPackages({ closure: store.closureOf, gate: gate.promise });
  const reader = diskReader({ root: store.root });
  const { builder, storage, events } = await setUp({ packages, reader });
  const pulls = [
    pull(builder, storage, "hello", "docker"),
    pull(builder, storage, "hello", "oci"),
    pull(builder, storage, "hello", "docker"),
  ];
  await vi.waitFor(() => {
    expect(packages.calls.prepare).toBe(1);
  });
  gate.resolve();
  const types = (await Promise.all(pulls)).map(({ manifest }) => manifest.mediaType);
  expect(types).toEqual([docker, oci, docker]);
  expect(packages.calls.prepare).toBe(1);
  expect(typesOf(events).filter((type) => type === "image-stored")).toHaveLength(1);
  expect(await manifestTypes(storage)).toEqual([docker, oci]);
});

it("asks the storage once for an answer from memory, and writes nothing", async () => {
  const { builder, storage } = await setUp();
  const digests = new Map<string, string>();
  for (const format of ["oci", "docker"] as const) {
    digests.set(format, (await pull(builder, storage, "hello", format)).digest);
  }
  const stat = vi.spyOn(storage, "stat");
  const others = [vi.spyOn(storage, "write"), vi.spyOn(storage, "read"), vi.spyOn(storage, "move")];
  for (const format of ["oci", "docker"] as const) {
    stat.mockClear();
    const result = await builder.image({ name: "hello", tag: "latest", format });
    expect(result).toMatchObject({ manifest: { digest: digests.get(format) } });
    expect(stat).toHaveBeenCalledOnce();
  }
  for (const other of others) {
    expect(other).not.toHaveBeenCalled();
  }
});

it("builds again after the storage was emptied, whatever format is asked for", async () => {
  for (const formats of [
    ["oci", "oci"],
    ["oci", "docker"],
    ["docker", "oci"],
  ] as const) {
    const { builder, storage, packages } = await setUp();
    await pull(builder, storage, "hello", formats[0]);
    for (const key of await keys(storage, "")) {
      await storage.remove(key);
    }
    await pull(builder, storage, "hello", formats[1]);
    expect(packages.calls.prepare).toBe(2);
  }
});

it("stores a lost manifest again without building the image", async () => {
  const { builder, storage, packages } = await setUp();
  const { digest } = await pull(builder, storage);
  await storage.remove(blobKey(digest));
  expect((await pull(builder, storage)).digest).toBe(digest);
  expect((await blob(storage, digest)).length).toBeGreaterThan(0);
  expect(packages.calls.prepare).toBe(1);
});

it("fails when a manifest cannot be stored, and stores it for the next request", async () => {
  const inner = createMemoryStorage();
  let isFull = true;
  let isBuilt = false;
  const storage = faulty(inner, (operation, key) => {
    isBuilt ||= operation === "write" && key.startsWith("image-cache/");
    return isFull && isBuilt && operation === "write" && key.startsWith("blobs/");
  });
  const { builder, packages, events } = await setUp({ storage });
  const request = { name: "hello", tag: "latest", format: "oci" } as const;
  await expect(builder.image(request)).rejects.toSatisfy((error) =>
    isStorageError(error, "ERR_STORAGE_UNAVAILABLE"),
  );
  expect(await manifestTypes(inner)).toEqual([]);
  isFull = false;
  await pull(builder, storage);
  expect(packages.calls.prepare).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: "image-answered", outcome: "memory" });
});

const module = new URL("support/named-codec.ts", import.meta.url).href;

it("has the codec's media type in the manifest, and refuses a format without a name for it", async () => {
  const mediaType = ociMediaTypes.layer.zstd;
  const codec = { module, options: { mediaType } };
  const { builder, storage } = await setUp({ compression: { codec } });
  const result = await builder.image({ name: "hello", tag: "latest", format: "oci" });
  const digest = result.kind === "found" ? result.manifest.digest : "";
  const manifest: { readonly layers: readonly { readonly mediaType: string }[] } = JSON.parse(
    (await blob(storage, digest)).toString(),
  );
  expect(new Set(manifest.layers.map((layer) => layer.mediaType))).toEqual(new Set([mediaType]));
  expect(await builder.image({ name: "hello", tag: "latest", format: "docker" })).toMatchObject({
    kind: "unknown",
    message: expect.stringContaining(mediaType),
  });
});

it("rejects requests while its codec or its reader cannot be loaded", async () => {
  const missing = { module: "file:///nowhere/module.js" };
  for (const options of [{ compression: { codec: missing } }, { reader: missing }]) {
    const { builder, events } = await setUp(options);
    const request = { name: "hello", tag: "latest", format: "oci" } as const;
    await expect(builder.image(request)).rejects.toSatisfy((error) =>
      isPackingError(error, "ERR_PACKING_INVALID_OPTION"),
    );
    expect(events.at(-1)).toMatchObject({ type: "image-answered", outcome: "failed" });
    await builder.close();
  }
});
