import { describe, test } from "node:test";
import { testStorage } from "@nixery/storage-conformance";
import { createMemoryStorage } from "@nixery/storage/memory";

testStorage({
  describe,
  test,
  capabilities: ["create", "remove-version", "replace"],
  createStorage: async () => ({ storage: createMemoryStorage() }),
});
