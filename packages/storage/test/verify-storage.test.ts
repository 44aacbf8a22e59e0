import { expect, test } from "vitest";
import { type Storage, StorageError, verifyStorage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";

const denied = new StorageError("ERR_STORAGE_DENIED", { backend: "memory", message: "no" });

async function* otherBytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("other");
}

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) {
    keys.push(key);
  }
  return keys;
}

test("a backend that works passes, and is as empty as before", async () => {
  const storage = createMemoryStorage();
  await verifyStorage(storage);
  expect(await keysOf(storage)).toEqual([]);
});

test.each(["list", "stat", "write", "read", "remove"] as const)(
  "a backend whose %s is refused fails with what it says",
  async (method) => {
    const refused = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(denied) }),
    };
    const refuse = () => (method === "list" ? refused : Promise.reject(denied));
    const storage: Storage = { ...createMemoryStorage(), [method]: refuse };
    await expect(verifyStorage(storage)).rejects.toBe(denied);
  },
);

test("what was written is removed when it cannot be read", async () => {
  const storage = { ...createMemoryStorage(), read: () => Promise.reject(denied) };
  await expect(verifyStorage(storage)).rejects.toBe(denied);
  expect(await keysOf(storage)).toEqual([]);
});

test("a backend that gives back other bytes is corrupt", async () => {
  const memory = createMemoryStorage();
  const storage: Storage = {
    ...memory,
    write: (key, _, options) => memory.write(key, otherBytes(), options),
  };
  await expect(verifyStorage(storage)).rejects.toMatchObject({ code: "ERR_STORAGE_CORRUPT" });
});

test("a backend that does not answer is unavailable after a while", async () => {
  const storage: Storage = {
    ...createMemoryStorage(),
    stat: (_, options) =>
      new Promise((__, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
      }),
  };
  await expect(verifyStorage(storage, { timeout: 20 })).rejects.toMatchObject({
    code: "ERR_STORAGE_UNAVAILABLE",
    message:
      "memory did not answer within 0.02 s; check that its endpoint can be reached from here",
  });
});

test("an abort is passed on", async () => {
  const reason = new Error("the caller has gone");
  const signal = AbortSignal.abort(reason);
  await expect(verifyStorage(createMemoryStorage(), { signal })).rejects.toBe(reason);
});
