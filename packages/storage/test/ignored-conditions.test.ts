import { setImmediate } from "node:timers/promises";
import { type Storage, StorageError, verifyStorage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { describe, expect, test, vi } from "vitest";
import { keysOf, otherBytes } from "./support/memory-objects.ts";

const unavailable = new StorageError("ERR_STORAGE_UNAVAILABLE", {
  backend: "memory",
  message: "No.",
});

type Liar = Pick<Storage, "create" | "removeVersion" | "replace">;

type LiarRow = readonly [string, keyof Liar, (sound: Storage) => Liar];

const removingAny =
  (result: boolean) =>
  (sound: Storage): Liar => ({
    async removeVersion(key) {
      await sound.remove(key);
      return result;
    },
  });

const unsupported = (method: keyof Liar): LiarRow => [
  "is unsupported",
  method,
  () => ({ [method]: async () => Promise.reject(unavailable) }),
];

/** Conditional methods that ignore their condition, do nothing, or are refused by the service. */
const liars: readonly LiarRow[] = [
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
  ["removes any version", "removeVersion", removingAny(true)],
  ["removes nothing", "removeVersion", () => ({ removeVersion: async () => false })],
  ["removes and denies it", "removeVersion", removingAny(false)],
  ["claims to remove", "removeVersion", () => ({ removeVersion: async () => true })],
  unsupported("create"),
  unsupported("replace"),
  unsupported("removeVersion"),
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

  test.each(["ERR_STORAGE_DENIED", "ERR_STORAGE_FULL", "ERR_STORAGE_CORRUPT"] as const)(
    "rejects when a conditional method fails with %s",
    async (code) => {
      const sound = createMemoryStorage();
      const error = new StorageError(code, { backend: "memory", message: "No." });
      const storage: Storage = { ...sound, replace: async () => Promise.reject(error) };
      await expect(verifyStorage(storage)).rejects.toBe(error);
      expect(await keysOf(sound)).toEqual([]);
    },
  );

  test("removes its object when it is aborted during a condition", async () => {
    const sound = createMemoryStorage();
    const controller = new AbortController();
    const reason = new Error("the caller aborted");
    let left: readonly string[] = [];
    const storage: Storage = {
      ...sound,
      async replace(_, __, ___, options) {
        left = await keysOf(sound);
        controller.abort(reason);
        options.signal?.throwIfAborted();
        return undefined;
      },
    };
    const verified = verifyStorage(storage, { signal: controller.signal });
    await expect(verified).rejects.toBe(reason);
    expect(left).toHaveLength(1);
    await vi.waitFor(async () => {
      expect(await keysOf(sound)).toEqual([]);
    });
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
