import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { type Storage, isStorageError, storeHashed } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";

const contentType = "application/octet-stream";
const bytes = Buffer.from("some bytes of a layer");
const hex = createHash("sha256").update(bytes).digest("hex");

async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes.subarray(0, 5);
  yield bytes.subarray(5);
}

async function keysOf(storage: Storage): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) {
    keys.push(key);
  }
  return keys;
}

describe("storeHashed", () => {
  test("stores bytes under their digest", async () => {
    const storage = createMemoryStorage();
    const stored = await storeHashed(storage, source(), { contentType });
    expect(stored).toEqual({ digest: `sha256:${hex}`, size: bytes.length, key: `layers/${hex}` });
    expect(await keysOf(storage)).toEqual([`layers/${hex}`]);
  });

  test("does not move what is there already", async () => {
    const storage = createMemoryStorage();
    const move = vi.spyOn(storage, "move");
    await storeHashed(storage, source(), { contentType });
    await storeHashed(storage, source(), { contentType });
    expect(move).toHaveBeenCalledOnce();
    expect(await keysOf(storage)).toEqual([`layers/${hex}`]);
  });

  test("replaces what is there with another size or type", async () => {
    const storage = createMemoryStorage();
    await storage.write(`layers/${hex}`, source(), { contentType: "text/html" });
    await storeHashed(storage, source(), { contentType });
    expect(await storage.stat(`layers/${hex}`)).toMatchObject({ contentType });
  });

  test("tells a backend that stored fewer bytes", async () => {
    const sound = createMemoryStorage();
    const storage: Storage = {
      ...sound,
      write: async (key, bytesOfWrite, options) => ({
        ...(await sound.write(key, bytesOfWrite, options)),
        size: 3,
      }),
    };
    const stored: unknown = await storeHashed(storage, source(), { contentType }).catch(
      (error: unknown) => error,
    );
    expect(isStorageError(stored, "ERR_STORAGE_CORRUPT")).toBe(true);
    expect(await keysOf(sound)).toEqual([]);
  });

  test.each(["write", "stat", "move"] as const)(
    "leaves nothing staged when %s fails, though its caller has gone",
    async (method) => {
      const controller = new AbortController();
      const sound = createMemoryStorage();
      const error = new Error("out of order");
      const storage: Storage = {
        ...sound,
        async [method](...args: Parameters<Storage["write"]>) {
          if (method === "write") {
            await sound.write(...args);
          }
          controller.abort();
          throw error;
        },
      };
      const { signal } = controller;
      await expect(storeHashed(storage, source(), { contentType, signal })).rejects.toBe(error);
      expect(await keysOf(sound)).toEqual([]);
    },
  );

  test("tells what failed first when the staged object cannot be removed either", async () => {
    const error = new Error("out of order");
    const storage: Storage = {
      ...createMemoryStorage(),
      move: async () => Promise.reject(error),
      remove: async () => Promise.reject(new Error("out of order too")),
    };
    await expect(storeHashed(storage, source(), { contentType })).rejects.toBe(error);
  });

  test("does nothing for a caller who has gone before", async () => {
    const storage = createMemoryStorage();
    const write = vi.spyOn(storage, "write");
    const reason = new Error("gone");
    const signal = AbortSignal.abort(reason);
    await expect(storeHashed(storage, source(), { contentType, signal })).rejects.toBe(reason);
    expect(write).not.toHaveBeenCalled();
  });
});
