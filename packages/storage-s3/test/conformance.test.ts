import { afterAll, beforeAll, describe, test } from "vitest";
import { objectStoreCommand, type S3Server, startFaultProxy, startS3 } from "@nixery/object-stores";
import { type CreatedStorage, testStorage } from "@nixery/storage-conformance";
import { createS3Storage, type S3StorageOptions } from "@nixery/storage-s3";

describe.skipIf(objectStoreCommand("versitygw") === undefined)(
  "the S3 backend",
  { timeout: 60_000 },
  () => {
    let server: S3Server;
    beforeAll(async () => {
      server = await startS3();
    });
    afterAll(() => server.stop());

    const create = async (options: Partial<S3StorageOptions>): Promise<CreatedStorage> => {
      const bucket = await server.newBucket();
      const client = server.createClient();
      const open = () => createS3Storage({ bucket, client, ...options });
      return { storage: open(), reopen: async () => open() };
    };

    /** The same through a proxy, so that one case alone can lose its server. */
    const createBreakable = async (options: Partial<S3StorageOptions>): Promise<CreatedStorage> => {
      const proxy = await startFaultProxy(server.url);
      const created = await create({ ...options, client: server.createClient(proxy.url) });
      return { ...created, breakDown: () => proxy.stop(), cleanup: () => proxy.stop() };
    };

    describe("that signs URLs", () => {
      testStorage({
        test,
        describe,
        capabilities: ["create", "redirect", "remove-version", "reopen", "replace"],
        secrets: ["owner-secret"],
        createStorage: () => create({}),
      });
    });

    describe("in a directory, that streams and moves in parts", () => {
      testStorage({
        test,
        describe,
        capabilities: ["create", "outage", "remove-version", "reopen", "replace"],
        largeSize: 12 * 1024 * 1024,
        secrets: ["owner-secret"],
        createStorage: () =>
          createBreakable({
            prefix: "some/directory",
            redirect: "never",
            copyPartSize: 5 * 1024 * 1024,
          }),
      });
    });
  },
);
