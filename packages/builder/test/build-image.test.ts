import { createPopularity } from "@nixery/layers";
import { diskReader } from "@nixery/packing";
import { createMemoryStorage } from "@nixery/storage/memory";
import { expect, it, onTestFinished, vi } from "vitest";
import { createImageBuilder } from "../src/index.ts";
import { blob, pull, rootOf } from "./support/image.ts";
import { createTestPackages } from "./support/packages.ts";
import { createStore, setUp, typesOf } from "./support/setup.ts";
import { list } from "../../packing/test/support/tar.ts";

it("builds an image that holds every store path once and links to the packages", async () => {
  const { builder, storage } = await setUp();
  const image = await pull(builder, storage, "shell/hello");
  const entries = (await Promise.all(image.tars.map((tar) => list(tar)))).flat();
  const files = entries.filter(({ type }) => type !== "directory").map(({ name }) => name);
  expect(new Set(files).size).toBe(files.length);
  const tops = files.filter((name) => name.startsWith("nix/store/"));
  expect(tops.map((name) => name.slice(43)).toSorted()).toEqual([
    ...["bash/bin/bash", "hello/bin/hello", "libc/lib/libc.so"],
  ]);
  const root = await rootOf(image);
  expect(root.get("bin/hello")?.linkname).toMatch(/^\/nix\/store\/\w{32}-hello\/bin\/hello$/);
  expect(root.get("bin/sh")?.linkname).toMatch(/-bash\/bin\/bash$/);
  expect(root.has("lib")).toBe(false);
  expect(image.config.config.Cmd).toEqual(["bash"]);
});

it("has the same layers in OCI and Docker format", async () => {
  const { builder, storage, packages } = await setUp();
  const oci = await pull(builder, storage, "hello", "oci");
  const docker = await pull(builder, storage, "hello", "docker");
  expect(packages.calls.prepare).toBe(1);
  expect(oci.manifest.mediaType).toBe("application/vnd.oci.image.manifest.v1+json");
  expect(docker.manifest.mediaType).toBe("application/vnd.docker.distribution.manifest.v2+json");
  expect(docker.manifest.layers.map(({ digest }) => digest)).toEqual(
    oci.manifest.layers.map(({ digest }) => digest),
  );
  const types = docker.manifest.layers.map(({ mediaType }) => mediaType);
  expect(
    [docker.manifest.config.mediaType, ...types].every((type) => type.includes("docker")),
  ).toBe(true);
});

it("annotates where the packages come from", async () => {
  const revision = "a".repeat(40);
  const created = new Date("2026-01-02T03:04:05Z");
  const store = await createStore();
  const packages = createTestPackages({
    closure: store.closureOf,
    resolve: () => ({ cacheKey: revision, revision, url: "https://example.org/set", created }),
  });
  const { builder, storage } = await setUp({ packages, reader: diskReader({ root: store.root }) });
  const { manifest } = await pull(builder, storage);
  expect(manifest.annotations?.["org.opencontainers.image.revision"]).toBe(revision);
  expect(manifest.annotations?.["org.opencontainers.image.source"]).toBe("https://example.org/set");
});

it("gives the same bytes whatever the order of the name and the concurrency", async () => {
  const digests = new Set<string>();
  for (const [index, name] of ["git/hello", "hello/git", "hello/git/hello"].entries()) {
    const concurrency = { maxLayers: 1 + index * 3, maxBlocks: 1 + index };
    const { builder, storage } = await setUp({ concurrency });
    digests.add((await pull(builder, storage, name)).digest);
  }
  expect(digests.size).toBe(1);
});

it("does not rebuild layers that another image has", async () => {
  const { builder, storage, events } = await setUp({
    grouping: { popularity: createPopularity([["libc", 1000]]) },
  });
  const hello = await pull(builder, storage, "hello");
  const before = events.length;
  const both = await pull(builder, storage, "git/hello");
  const later = events.slice(before);
  const shared = new Set(hello.manifest.layers.map(({ digest }) => digest));
  expect(both.manifest.layers.filter(({ digest }) => shared.has(digest)).length).toBe(2);
  expect(typesOf(later).filter((type) => type === "layer-cached").length).toBe(2);
  const stored = events.flatMap((event) => (event.type === "layer-stored" ? event.layer : []));
  expect(new Set(stored).size).toBe(stored.length);
});

it("reports its work in order", async () => {
  const { builder, storage, events } = await setUp({ concurrency: { maxLayers: 1 } });
  await pull(builder, storage, "hello");
  const types = typesOf(events).filter((type) => !type.startsWith("layer-"));
  expect(types).toEqual([
    ...["image-requested", "source-resolved", "nix-started", "nix-line", "nix-finished"],
    ...["image-stored", "image-answered"],
  ]);
  const started = events.filter(({ type }) => type === "layer-started").length;
  expect(events.filter(({ type }) => type === "layer-stored").length).toBe(started);
});

it("ignores errors of onEvent", async () => {
  const store = await createStore();
  const storage = createMemoryStorage();
  const packages = createTestPackages({ closure: store.closureOf });
  const onEvent = vi.fn<() => void>(() => {
    throw new Error("a reader's defect");
  });
  const builder = createImageBuilder({
    storage,
    packages,
    reader: diskReader({ root: store.root }),
    onEvent,
  });
  onTestFinished(() => builder.close());
  await pull(builder, storage);
  expect(onEvent).toHaveBeenCalled();
});

it("stores the config of the manifest", async () => {
  const { builder, storage } = await setUp();
  const { manifest, config } = await pull(builder, storage, "arm64/hello");
  expect(config.architecture).toBe("arm64");
  expect((await blob(storage, manifest.config.digest)).length).toBe(manifest.config.size);
});
