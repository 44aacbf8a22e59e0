import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createServiceAccount,
  startFakeGcs,
  startS3,
  type FakeGcs,
  type S3Server,
} from "@nixery/object-stores";
import type { Storage } from "@nixery/storage";
import { createFsStorage } from "@nixery/storage-fs";
import { createGcsStorage } from "@nixery/storage-gcs";
import { createS3Storage } from "@nixery/storage-s3";
import { createMemoryStorage } from "@nixery/storage/memory";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startDocker, type ContainerEngine } from "./support/docker.ts";
import { embedRegistry, type EmbeddedRegistry } from "./support/embedded-registry.ts";
import { hasPeer } from "./support/peer.ts";
import { startPodman } from "./support/podman.ts";
import { manifestDigest, pullImage } from "./support/pull.ts";
import { unpackImage } from "./support/unpacked-image.ts";

const hasClients = ["dockerd", "podman", "skopeo", "umoci"].every(hasPeer);
const hasStores = ["fake-gcs-server", "versitygw"].every(hasPeer);

let gcs: FakeGcs;
let s3: S3Server;
let directory: string;
let docker: ContainerEngine;
let podman: ContainerEngine;

interface Backend {
  readonly name: string;
  /** Status of the response to a client that fetches a layer. */
  readonly blobStatus: 200 | 307;
  open(): Promise<Storage>;
}

async function openGcs(clientOptions: object): Promise<Storage> {
  return createGcsStorage({ bucket: await gcs.newBucket(clientOptions) });
}

async function openS3(redirect: "signed" | "never"): Promise<Storage> {
  const bucket = await s3.newBucket();
  return createS3Storage({ bucket, redirect, clientOptions: s3.clientOptions() });
}

/** `storage` whose next URL of each key in `expired` has expired already. */
function withExpiredUrls(storage: Storage, expired: Set<string>): Storage {
  return {
    ...storage,
    async redirect(key, options) {
      if (expired.delete(key)) {
        vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 301_000 });
      }
      try {
        return await storage.redirect?.(key, options);
      } finally {
        vi.useRealTimers();
      }
    },
  };
}

const local: readonly Backend[] = [
  { name: "memory", blobStatus: 200, open: () => Promise.resolve(createMemoryStorage()) },
  { name: "a filesystem", blobStatus: 200, open: () => createFsStorage({ directory }) },
];

const remote: readonly Backend[] = [
  { name: "Cloud Storage, streamed", blobStatus: 200, open: () => openGcs({}) },
  {
    name: "Cloud Storage, redirected",
    blobStatus: 307,
    open: async () => openGcs(createServiceAccount().clientOptions),
  },
  { name: "S3, streamed", blobStatus: 200, open: () => openS3("never") },
  { name: "S3, redirected", blobStatus: 307, open: () => openS3("signed") },
];

describe.skipIf(!hasClients || !hasStores)(
  "real clients pull from a registry that stores in",
  () => {
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "nixery-backends-"));
      [gcs, s3, docker, podman] = await Promise.all([
        startFakeGcs(),
        startS3(),
        startDocker(),
        startPodman(),
      ]);
    });

    afterAll(async () => {
      await Promise.all([gcs.stop(), s3.stop(), docker.stop(), podman.stop()]);
      await rm(directory, { recursive: true, force: true });
    });

    describe.each([...local, ...remote])("$name", (backend) => {
      let storage: Storage;
      let registry: EmbeddedRegistry;

      beforeAll(async () => {
        storage = await backend.open();
        registry = await embedRegistry({ storage });
      });

      afterAll(() => registry.close());

      it("and Docker and podman run the image", async () => {
        const image = `localhost:${registry.port}/shell/hello`;
        for (const engine of [docker, podman]) {
          await engine.pull(image);
          expect(await engine.run(image, ["hello"])).toBe("Hello, world!\n");
        }
      });

      it("and skopeo and umoci unpack it", async () => {
        const image = await unpackImage(`127.0.0.1:${registry.port}`, "hello");
        expect(await image.run(["/bin/hello"])).toBe("Hello, world!\n");
        await image.remove();
      });

      it("and layers and ranges of them are streamed or redirected", async () => {
        const { manifest } = await pullImage(registry.url, "hello");
        const blob = `${registry.url}/v2/hello/blobs/${manifest.layers[0]?.digest}`;
        const plain = await fetch(blob, { redirect: "manual" });
        expect(plain.status).toBe(backend.blobStatus);
        await plain.body?.cancel();
        const whole = Buffer.from(await (await fetch(blob)).arrayBuffer());
        const part = await fetch(blob, { headers: { range: "bytes=100-299" } });
        expect(part.status).toBe(206);
        expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 300));
      });

      it("and two servers that build an image at the same time agree", async () => {
        const second = await embedRegistry({ storage });
        const digests = await Promise.all([
          manifestDigest(registry.url, "shell/jq"),
          manifestDigest(second.url, "shell/jq"),
        ]);
        expect(new Set(digests).size).toBe(1);
        // Checks every digest on the way.
        expect((await pullImage(second.url, "shell/jq")).digest).toBe(digests[0]);
        await second.close();
        const staging: string[] = [];
        for await (const { key } of storage.list("staging/")) {
          staging.push(key);
        }
        expect(staging).toEqual([]);
      });
    });

    describe("S3, redirected, when the URL of a layer has expired:", () => {
      const expired = new Set<string>();
      let registry: EmbeddedRegistry;
      let layer: string;

      beforeAll(async () => {
        registry = await embedRegistry({
          storage: withExpiredUrls(await openS3("signed"), expired),
        });
        const { manifest } = await pullImage(registry.url, "jq");
        // The layer of links, which no other image has, so clients do not have it yet.
        layer = `blobs/${manifest.layers.at(-1)?.digest.replace(":", "-")}`;
      });

      afterAll(() => registry.close());

      it("Docker requests another URL by itself", async () => {
        expired.add(layer);
        const image = `localhost:${registry.port}/jq`;
        await docker.pull(image);
        expect(expired.size).toBe(0);
        expect(await docker.run(image, ["jq", "-n", "6*7"])).toBe("42\n");
      });

      it("podman reports the status, and the next pull succeeds", async () => {
        expired.add(layer);
        const image = `localhost:${registry.port}/jq`;
        expect((await podman.tryPull(image)).stderr).toContain("403");
        await podman.pull(image);
        expect(await podman.run(image, ["jq", "-n", "6*7"])).toBe("42\n");
      });

      it("skopeo reports the status, and the next copy succeeds", async () => {
        expired.add(layer);
        const host = `127.0.0.1:${registry.port}`;
        await expect(unpackImage(host, "jq")).rejects.toThrow("403");
        const image = await unpackImage(host, "jq");
        expect(await image.run(["/bin/jq", "-n", "6*7"])).toBe("42\n");
        await image.remove();
      });
    });
  },
);
