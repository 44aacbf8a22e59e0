import { setImmediate } from "node:timers/promises";
import { type Storage, StorageError, verifyStorage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { describe, expect, test } from "vitest";

const denied = new StorageError("ERR_STORAGE_DENIED", { backend: "memory", message: "No." });
const unavailable = new StorageError("ERR_STORAGE_UNAVAILABLE", {
  backend: "memory",
  message: "No.",
});

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

type Liar = Pick<Storage, "create" | "removeVersion" | "replace">;

/** Conditional methods that ignore their condition, do nothing, or are refused by the service. */
const liars: readonly (readonly [string, keyof Liar, (sound: Storage) => Liar])[] = [
  ["overwrites", "create", (sound) => ({ create: async (...args) => sound.write(...args) })],
  ["creates nothing", "create", () => ({ create: async () => undefined })],
  [
    "overwrites and denies it",
    "create",
    (sound) => ({
      async create(key, source, options) {
        const result = await sound.create?.(key, source, options);
        if (result === undefined) {
          await sound.write(key, otherBytes(), options);
        }
        return result;
      },
    }),
  ],
  [
    "replaces any version",
    "replace",
    (sound) => ({ replace: async (key, _, ...rest) => sound.write(key, ...rest) }),
  ],
  ["replaces nothing", "replace", () => ({ replace: async () => undefined })],
  [
    "replaces and denies it",
    "replace",
    (sound) => ({
      async replace(key, _, ...rest) {
        await sound.write(key, ...rest);
        return undefined;
      },
    }),
  ],
  [
    "removes any version",
    "removeVersion",
    (sound) => ({
      async removeVersion(key) {
        await sound.remove(key);
        return true;
      },
    }),
  ],
  ["removes nothing", "removeVersion", () => ({ removeVersion: async () => false })],
  [
    "removes and denies it",
    "removeVersion",
    (sound) => ({
      async removeVersion(key) {
        await sound.remove(key);
        return false;
      },
    }),
  ],
  ["claims to remove", "removeVersion", () => ({ removeVersion: async () => true })],
  ["is unsupported", "create", () => ({ create: async () => Promise.reject(unavailable) })],
  ["is unsupported", "replace", () => ({ replace: async () => Promise.reject(unavailable) })],
  [
    "is unsupported",
    "removeVersion",
    () => ({ removeVersion: async () => Promise.reject(unavailable) }),
  ],
];

describe("a backend that ignores conditions", () => {
  test.each(liars)("that %s loses its method %s", async (_, method, lie) => {
    const sound = createMemoryStorage();
    const { storage, ignoredConditions } = await verifyStorage({ ...sound, ...lie(sound) });
    expect(ignoredConditions).toEqual([method]);
    expect(Object.keys(storage)).toEqual(Object.keys(sound).filter((key) => key !== method));
    expect(await keysOf(sound)).toEqual([]);
  });

  test("loses the methods that need versions when it has none", async () => {
    const sound = createMemoryStorage();
    const storage: Storage = {
      ...sound,
      write: async (...args) => ({ ...(await sound.write(...args)), version: undefined }),
    };
    const { ignoredConditions } = await verifyStorage(storage);
    expect(ignoredConditions).toEqual(["replace", "removeVersion"]);
  });

  test("keeps its other methods, with their receiver and redirect", async () => {
    const sound = createMemoryStorage();
    class Backend {
      readonly name = "backend";
      readonly #sound = sound;
      write: Storage["write"] = (...args) => this.#sound.write(...args);
      read: Storage["read"] = (...args) => this.#sound.read(...args);
      move: Storage["move"] = (...args) => this.#sound.move(...args);
      remove: Storage["remove"] = (...args) => this.#sound.remove(...args);
      list: Storage["list"] = (...args) => this.#sound.list(...args);
      stat(key: string): ReturnType<Storage["stat"]> {
        return this.#sound.stat(key);
      }
      async create(...args: Parameters<Storage["write"]>): ReturnType<Storage["write"]> {
        return this.#sound.write(...args);
      }
      async redirect(key: string): Promise<{ readonly url: URL }> {
        return { url: new URL(`http://${this.name}/${key}`) };
      }
    }
    const { storage, ignoredConditions } = await verifyStorage(new Backend());
    expect(ignoredConditions).toEqual(["create"]);
    await storage.write("blobs/a", otherBytes(), { contentType: "text/plain" });
    expect(await storage.stat("blobs/a")).toMatchObject({ size: 5 });
    expect(await storage.redirect?.("blobs/a")).toEqual({ url: new URL("http://backend/blobs/a") });
  });

  test("rejects when a conditional method is denied", async () => {
    const storage: Storage = {
      ...createMemoryStorage(),
      replace: async () => Promise.reject(denied),
    };
    await expect(verifyStorage(storage)).rejects.toBe(denied);
  });

  test("rejects when it is aborted during a condition", async () => {
    const controller = new AbortController();
    const reason = new Error("the caller aborted");
    const storage: Storage = {
      ...createMemoryStorage(),
      async removeVersion(_, __, options) {
        controller.abort(reason);
        await setImmediate();
        options?.signal?.throwIfAborted();
        return false;
      },
    };
    const verified = verifyStorage(storage, { signal: controller.signal });
    await expect(verified).rejects.toBe(reason);
  });
});
