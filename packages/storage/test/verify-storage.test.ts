import { type OperationOptions, type Storage, verifyStorage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { expect, test, vi } from "vitest";
import { denied, keysOf, otherBytes } from "./support/memory-objects.ts";

test("returns a backend that works, and leaves it as empty as before", async () => {
  const storage = createMemoryStorage();
  const verified = await verifyStorage(storage);
  expect(verified.storage).toBe(storage);
  expect(verified.ignoredConditions).toEqual([]);
  expect(await keysOf(storage)).toEqual([]);
});

test("returns a backend without conditional methods as it is", async () => {
  const storage = createMemoryStorage();
  delete storage.create;
  delete storage.replace;
  delete storage.removeVersion;
  expect(await verifyStorage(storage)).toEqual({ storage, ignoredConditions: [] });
});

test.each(["list", "stat", "write", "read", "remove"] as const)(
  "rejects with the backend's error when %s is denied",
  async (method) => {
    const refused = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(denied) }),
    };
    const refuse = () => (method === "list" ? refused : Promise.reject(denied));
    const storage: Storage = { ...createMemoryStorage(), [method]: refuse };
    await expect(verifyStorage(storage)).rejects.toBe(denied);
  },
);

test("removes the object that cannot be read", async () => {
  const storage = { ...createMemoryStorage(), read: () => Promise.reject(denied) };
  await expect(verifyStorage(storage)).rejects.toBe(denied);
  expect(await keysOf(storage)).toEqual([]);
});

test.each(["read", "remove"] as const)("removes its object when %s is aborted", async (method) => {
  const memory = createMemoryStorage();
  const controller = new AbortController();
  const reason = new Error("the caller aborted");
  const abortOnce = async (_: string, options: OperationOptions = {}): Promise<void> => {
    controller.abort(reason);
    options.signal?.throwIfAborted();
  };
  const storage: Storage = {
    ...memory,
    async read(key, options) {
      await (method === "read" ? abortOnce(key, options) : undefined);
      return await memory.read(key, options);
    },
    async remove(key, options) {
      await (method === "remove" ? abortOnce(key, options) : undefined);
      await memory.remove(key, options);
    },
  };
  await expect(verifyStorage(storage, { signal: controller.signal })).rejects.toBe(reason);
  await vi.waitFor(async () => {
    expect(await keysOf(memory)).toEqual([]);
  });
});

test("rejects a backend that returns other bytes", async () => {
  const memory = createMemoryStorage();
  const storage: Storage = {
    ...memory,
    write: (key, _, options) => memory.write(key, otherBytes(), options),
  };
  await expect(verifyStorage(storage)).rejects.toMatchObject({ code: "ERR_STORAGE_CORRUPT" });
});

test.each([
  ["rejects when it is aborted", true],
  ["hangs", false],
])("rejects after the timeout when the backend %s", async (_, listens) => {
  const storage: Storage = {
    ...createMemoryStorage(),
    stat: (__, options) =>
      new Promise((___, reject) => {
        options?.signal?.addEventListener("abort", () => {
          if (listens) {
            reject(options.signal?.reason);
          }
        });
      }),
  };
  await expect(verifyStorage(storage, { timeout: 20 })).rejects.toMatchObject({
    code: "ERR_STORAGE_UNAVAILABLE",
    message:
      "Connecting to memory timed out after 0.02 s. Check that its endpoint can be reached from here.",
  });
});

test("rejects with the reason of an abort", async () => {
  const reason = new Error("the caller aborted");
  const signal = AbortSignal.abort(reason);
  await expect(verifyStorage(createMemoryStorage(), { signal })).rejects.toBe(reason);
});
