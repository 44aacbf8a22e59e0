import { describe, test } from "vitest";
import { testStorage } from "@nixery/storage-conformance";
import { createMemoryStorage } from "@nixery/storage/memory";

describe("the memory backend", () => {
  testStorage({
    test,
    describe,
    createStorage: async () => ({ storage: createMemoryStorage() }),
  });
});
