import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { testStorage } from "@nixery/storage-conformance";
import { createFsStorage } from "@nixery/storage-fs";

describe("the filesystem backend", () => {
  testStorage({
    test,
    describe,
    capabilities: ["reopen"],
    async createStorage() {
      const directory = await mkdtemp(join(tmpdir(), "nixery-storage-"));
      return {
        storage: await createFsStorage({ directory }),
        reopen: async () => createFsStorage({ directory }),
        cleanup: async () => rm(directory, { recursive: true }),
      };
    },
  });
});
