import { afterAll, describe, test } from "vitest";
import { testStorage } from "@nixery/storage-conformance";
import { createMemoryStorage } from "@nixery/storage/memory";
import { breakable } from "./support/outage.ts";
import { startRedirectHost } from "./support/redirect-host.ts";

const host = await startRedirectHost();
afterAll(async () => host.close());

describe("the memory backend", () => {
  testStorage({
    test,
    describe,
    capabilities: ["create", "remove-version", "replace"],
    createStorage: async () => ({ storage: createMemoryStorage() }),
  });
});

describe("a backend with every capability", () => {
  testStorage({
    test,
    describe,
    capabilities: ["create", "outage", "redirect", "remove-version", "reopen", "replace"],
    async createStorage() {
      const { storage: inner, breakDown } = breakable(createMemoryStorage({ name: "elsewhere" }));
      const storage = host.redirecting(inner);
      return { storage, reopen: async () => storage, breakDown };
    },
  });
});
