import type { Bucket } from "@google-cloud/storage";
import { afterAll, beforeAll, describe, test } from "vitest";
import {
  createServiceAccount,
  type FakeGcs,
  objectStoreCommand,
  startFakeGcs,
  startFaultProxy,
} from "@nixery/object-stores";
import { type CreatedStorage, testStorage } from "@nixery/storage-conformance";
import { createGcsStorage, type GcsStorageOptions } from "@nixery/storage-gcs";

function opened(bucket: Bucket, options: Partial<GcsStorageOptions>): CreatedStorage {
  const open = () => createGcsStorage({ bucket, partSize: 4 * 1024 * 1024, ...options });
  return { storage: open(), reopen: async () => open() };
}

describe.skipIf(objectStoreCommand("fake-gcs-server") === undefined)(
  "the Cloud Storage backend",
  { timeout: 60_000 },
  () => {
    const account = createServiceAccount();
    let server: FakeGcs;
    beforeAll(async () => {
      server = await startFakeGcs();
    });
    afterAll(() => server.stop());

    /** A storage behind a proxy, so that one case alone can lose its server. */
    const createBreakable = async (
      options: Partial<GcsStorageOptions>,
    ): Promise<CreatedStorage> => {
      const proxy = await startFaultProxy(server.url);
      const { name } = await server.newBucket();
      const stop = () => proxy.stop();
      const created = opened(server.bucketAt(name, proxy.url), options);
      return { ...created, breakDown: stop, cleanup: stop };
    };

    describe("that signs URLs", () => {
      testStorage({
        test,
        describe,
        capabilities: ["create", "redirect", "remove-version", "reopen", "replace"],
        secrets: [account.privateKey],
        createStorage: async () => opened(await server.newBucket(account.clientOptions), {}),
      });
    });

    describe("in a directory, that streams", () => {
      testStorage({
        test,
        describe,
        capabilities: ["create", "outage", "remove-version", "reopen", "replace"],
        largeSize: 9 * 1024 * 1024,
        createStorage: () => createBreakable({ prefix: "some/directory", redirect: "never" }),
      });
    });
  },
);
