import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type FakeGcs,
  objectStoreCommand,
  pieces,
  type SeenRequest,
  startFakeGcs,
  startFaultProxy,
} from "@nixery/object-stores";
import { createGcsStorage } from "@nixery/storage-gcs";

const key = "leases/a";
const contentType = "a/b";
const small = randomBytes(100);
const partSize = 256 * 1024;
const large = randomBytes(2 * partSize);

const isBegin = ({ method, url }: SeenRequest): boolean =>
  method === "POST" && url.includes("uploadType=resumable");

describe.skipIf(objectStoreCommand("fake-gcs-server") === undefined)(
  "a conditional request to Cloud Storage",
  () => {
    let server: FakeGcs;

    beforeAll(async () => {
      server = await startFakeGcs();
    });
    afterAll(() => server.stop());

    test.each(["0", "", "x", "-1", "1&a=b", "9".repeat(30)])(
      "never matches the version %j",
      async (version) => {
        const storage = createGcsStorage({ bucket: await server.newBucket() });
        const replace = () => storage.replace?.(key, version, pieces(small), { contentType });
        expect(await replace()).toBeUndefined();
        await storage.write(key, pieces(small), { contentType });
        expect(await replace()).toBeUndefined();
        expect(await storage.removeVersion?.(key, version)).toBe(false);
        expect(await storage.stat(key)).toBeDefined();
      },
    );

    test("removes a version for good in a bucket with object versioning", async () => {
      const bucket = await server.newBucket();
      await bucket.delete();
      await bucket.create({ versioning: { enabled: true } });
      const storage = createGcsStorage({ bucket });
      const { version: old = "" } = await storage.write(key, pieces(small), { contentType });
      const { version = "" } = await storage.write(key, pieces(large), { contentType });
      expect(await storage.removeVersion?.(key, version)).toBe(true);
      expect(await storage.stat(key)).toBeUndefined();
      const [files] = await bucket.getFiles({ versions: true });
      expect(files.map(({ generation }) => String(generation))).toEqual([old]);
    });

    test.each([
      ["refuses a create", "create", undefined],
      ["retries a write", "write", { key, size: large.byteLength, contentType }],
    ] as const)("that is refused at the start of an upload %s", async (_, method, result) => {
      const proxy = await startFaultProxy(server.url);
      const { name } = await server.newBucket();
      const storage = createGcsStorage({ bucket: server.bucketAt(name, proxy.url), partSize });
      proxy.inject({ kind: "respond", status: 412, when: isBegin });
      const written = await storage[method]?.(key, pieces(large), { contentType });
      expect(written).toEqual(result && { ...result, version: (await storage.stat(key))?.version });
      expect(proxy.pending).toBe(0);
      await proxy.stop();
    });

    test("replaces an object by one with equal bytes", async () => {
      const storage = createGcsStorage({ bucket: await server.newBucket() });
      const first = await storage.write(key, pieces(small), { contentType });
      const second = await storage.write(key, pieces(small), { contentType });
      expect(second.version).not.toBe(first.version);
      expect((await storage.stat(key))?.version).toBe(second.version);
    });
  },
);
