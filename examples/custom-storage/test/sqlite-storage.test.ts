import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { testStorage } from "@nixery/storage-conformance";
import { createSqliteStorage } from "@nixery/example-custom-storage";

describe("the SQLite backend", () => {
  testStorage({
    test,
    describe,
    capabilities: ["outage", "reopen"],
    async createStorage() {
      const directory = await mkdtemp(join(tmpdir(), "nixery-sqlite-"));
      const file = join(directory, "images.db");
      const opened = [createSqliteStorage(file)];
      return {
        storage: opened[0] ?? createSqliteStorage(file),
        async reopen() {
          opened.pop()?.close();
          const storage = createSqliteStorage(file);
          opened.push(storage);
          return storage;
        },
        async breakDown() {
          opened.pop()?.close();
        },
        async cleanup() {
          opened.pop()?.close();
          await rm(directory, { recursive: true });
        },
      };
    },
  });
});
