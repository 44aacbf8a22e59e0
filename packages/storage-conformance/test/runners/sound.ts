import { describe, test } from "node:test";
import { testStorage } from "@nixery/storage-conformance";
import { createMemoryStorage } from "@nixery/storage/memory";

testStorage({
  describe,
  test,
  createStorage: async () => ({ storage: createMemoryStorage() }),
});
