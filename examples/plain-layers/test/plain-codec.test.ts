import { createMemoryStorage } from "@nixery/storage/memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plain } from "@nixery/example-plain-layers";
import { type ContainerEngine, startDocker } from "../../../test/support/docker.ts";
import { embedRegistry, type EmbeddedRegistry } from "../../../test/support/embedded-registry.ts";
import { hasPeer } from "../../../test/support/peer.ts";
import { startPodman } from "../../../test/support/podman.ts";
import { pullImage, tarEntries } from "../../../test/support/pull.ts";

const storage = createMemoryStorage();

let registry: EmbeddedRegistry;

beforeAll(async () => {
  registry = await embedRegistry({ storage, compression: { codec: plain() } });
});

afterAll(() => registry.close());

it("stores layers that are not compressed", async () => {
  // Checks every digest, and that the bytes of each layer have its diff ID.
  const { manifest, config, tars } = await pullImage(registry.url, "hello");
  expect(manifest.layers.length).toBeGreaterThan(1);
  for (const layer of manifest.layers) {
    expect(layer.mediaType).toBe("application/vnd.oci.image.layer.v1.tar");
  }
  expect(manifest.layers.map(({ digest }) => digest)).toEqual(config.rootfs.diff_ids);
  const entries = await Promise.all(tars.map((tar) => tarEntries(tar)));
  expect(entries.flat().map(({ name }) => name)).toContain("bin/hello");
});

it("shares a storage with a registry of compressed layers", async () => {
  const compressed = await embedRegistry({ storage });
  try {
    const plainImage = await pullImage(registry.url, "hello");
    const gzipImage = await pullImage(compressed.url, "hello");
    expect(gzipImage.config.rootfs.diff_ids).toEqual(plainImage.config.rootfs.diff_ids);
    for (const { mediaType } of gzipImage.manifest.layers) {
      expect(mediaType).toBe("application/vnd.oci.image.layer.v1.tar+gzip");
    }
    expect((await pullImage(registry.url, "hello")).digest).toBe(plainImage.digest);
  } finally {
    await compressed.close();
  }
});

const engines = [
  { name: "Docker", command: "dockerd", start: startDocker },
  { name: "podman", command: "podman", start: startPodman },
];

for (const { name, command, start } of engines) {
  describe.skipIf(!hasPeer(command))(name, () => {
    let engine: ContainerEngine;

    beforeAll(async () => {
      engine = await start();
    });

    afterAll(() => engine.stop());

    it("runs an image of plain layers", async () => {
      const image = `localhost:${registry.port}/hello`;
      await engine.pull(image);
      expect(await engine.run(image, ["hello"])).toBe("Hello, world!\n");
    });
  });
}
