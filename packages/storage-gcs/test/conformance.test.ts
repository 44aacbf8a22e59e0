import { afterAll, beforeAll, describe, test } from "vitest";
import {
  createServiceAccount,
  type FakeGcs,
  objectStoreCommand,
  startFakeGcs,
} from "@nixery/object-stores";
import { type CreatedStorage, testStorage } from "@nixery/storage-conformance";
import { createGcsStorage, type GcsStorageOptions } from "@nixery/storage-gcs";

describe.skipIf(objectStoreCommand("fake-gcs-server") === undefined)(
  "the Cloud Storage backend",
  { timeout: 60_000 },
  () => {
    const account = createServiceAccount();
    let server: FakeGcs;
    let buckets = 0;
    beforeAll(async () => {
      server = await startFakeGcs();
    });
    afterAll(() => server.stop());

    const create = async (
      clientOptions: GcsStorageOptions["clientOptions"],
      options: Partial<GcsStorageOptions>,
    ): Promise<CreatedStorage> => {
      buckets += 1;
      const bucket = await server.createBucket(`case-${buckets}`, clientOptions);
      const open = () => createGcsStorage({ bucket, partSize: 4 * 1024 * 1024, ...options });
      return { storage: open(), reopen: async () => open() };
    };

    describe("that signs URLs", () => {
      testStorage({
        test,
        describe,
        capabilities: ["redirect", "reopen"],
        secrets: [account.privateKey],
        createStorage: () => create(account.clientOptions, {}),
      });
    });

    describe("in a folder, that streams", () => {
      testStorage({
        test,
        describe,
        capabilities: ["reopen"],
        largeSize: 9 * 1024 * 1024,
        createStorage: () => create({}, { prefix: "some/folder", redirect: "never" }),
      });
    });
  },
);
