import { test } from "node:test";
import { testStorage } from "@nixery/storage-conformance";
import { createMemoryStorage } from "@nixery/storage/memory";

/** A backend that keeps the old object of a write. */
testStorage({
  test,
  capabilities: ["create", "remove-version", "replace"],
  async createStorage() {
    const sound = createMemoryStorage();
    const storage: typeof sound = {
      ...sound,
      async write(key, source, options) {
        const old = await sound.stat(key, options);
        return old ?? sound.write(key, source, options);
      },
    };
    return { storage };
  },
});
