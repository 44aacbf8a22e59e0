import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NixeryEvent } from "@nixery/nixery";
import { createFsStorage } from "@nixery/storage-fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type EmbeddedRegistry, embedRegistry } from "./support/embedded-registry.ts";
import { type PulledImage, pullImage } from "./support/pull.ts";
import { storeAs01 } from "./support/storage-of-0-1.ts";

const image = "shell/hello";

let directory: string;
let old: PulledImage;
let registry: EmbeddedRegistry;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "nixery-exchange-"));
  old = await storeAs01(directory, image);
  registry = await embedRegistry({ storage: await createFsStorage({ directory }) });
});

afterEach(async () => {
  await registry.close();
  await rm(directory, { recursive: true });
});

it("serves an image of 0.1.0 with its digests, without Nix or packing", async () => {
  const before = await filesBelow(directory);
  // Fetches the manifest, the config and the layers by their digests.
  const pulled = await pullImage(registry.url, image);
  expect(pulled.manifest).toEqual(old.manifest);
  expect(pulled.digest).toBe(old.digest);
  expect(registry.events).toContainEqual(
    expect.objectContaining({ type: "image-answered", outcome: "storage", digest: old.digest }),
  );
  for (const type of ["nix-started", "layer-started", "warning"] as const) {
    expect(eventsOf(type)).toEqual([]);
  }
  expect(await filesBelow(directory)).toEqual(before);
});

it("packs only the new layers of another image", async () => {
  const before = await filesBelow(directory);
  const { manifest } = await pullImage(registry.url, `${image}/jq`);
  expect(eventsOf("nix-started")).toHaveLength(1);

  const digestsOf01 = new Set(old.manifest.layers.map(({ digest }) => digest));
  const shared = manifest.layers.filter(({ digest }) => digestsOf01.has(digest));
  expect(shared.length).toBeGreaterThan(1);
  expect(shared.length).toBeLessThan(manifest.layers.length);
  expect(eventsOf("layer-cached")).toHaveLength(shared.length);
  expect(eventsOf("layer-stored")).toHaveLength(manifest.layers.length - shared.length);
  expect(eventsOf("warning")).toEqual([]);

  const after = await filesBelow(directory);
  expect(new Map([...after].filter(([file]) => before.has(file)))).toEqual(before);
  const added = [...after.keys()].filter((file) => !before.has(file));
  expect(added.filter((file) => !/^(?:blobs|layer-cache|image-cache|\.\w+)\//.test(file))).toEqual(
    [],
  );
  // A layer is stored at one of its two places.
  const blobs = (await readdir(join(directory, "blobs"))).map((id) => id.replace("sha256-", ""));
  const blobsOf01 = await readdir(join(directory, "layers"));
  expect(blobs.filter((hex) => blobsOf01.includes(hex))).toEqual([]);
});

function eventsOf(type: NixeryEvent["type"]): readonly NixeryEvent[] {
  return registry.events.filter((event) => event.type === type);
}

/** Every file with its inode, its times and its content. */
async function filesBelow(parent: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const file of await readdir(parent, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) {
      const path = join(file.parentPath, file.name);
      const { ino, mtimeMs } = await stat(path);
      const content = await readFile(path, "base64");
      files.set(path.slice(parent.length + 1), `${ino} ${mtimeMs} ${content}`);
    }
  }
  return files;
}
