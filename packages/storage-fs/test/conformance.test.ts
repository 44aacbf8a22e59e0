import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { testStorage } from "@nixery/storage-conformance";
import { createFsStorage } from "@nixery/storage-fs";

// The case of 1,100 objects syncs the disk some thousand times.
describe("the filesystem backend", { timeout: 60_000 }, () => {
  testStorage({
    test,
    describe,
    capabilities: ["create", "remove-version", "reopen", "replace"],
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
