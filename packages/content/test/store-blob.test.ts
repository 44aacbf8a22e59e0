import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { createContent } from "@nixery/content";
import { isStorageError, type Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";

const mediaType = "application/octet-stream";
const bytes = Buffer.from("some bytes of a layer");
const hex = createHash("sha256").update(bytes).digest("hex");
const key = `blobs/sha256-${hex}`;

async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes.subarray(0, 5);
  yield bytes.subarray(5);
}

async function keysOf(storage: Storage): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const object of storage.list("")) {
    keys.push(object.key);
  }
  return keys;
}

describe("store", () => {
  test("stores bytes under their digest", async () => {
    const storage = createMemoryStorage();
    const stored = await createContent(storage).store(source(), { mediaType });
    expect(stored).toEqual({ digest: `sha256:${hex}`, size: bytes.length, mediaType, key });
    expect(await keysOf(storage)).toEqual([key]);
  });

  test("does not move a blob that is already stored", async () => {
    const storage = createMemoryStorage();
    const move = vi.spyOn(storage, "move");
    const content = createContent(storage);
    await content.store(source(), { mediaType });
    await content.store(source(), { mediaType });
    expect(move).toHaveBeenCalledOnce();
    expect(await keysOf(storage)).toEqual([key]);
  });

  test("does not store a blob of 0.1.0 again", async () => {
    const storage = createMemoryStorage();
    const keyOf01 = `layers/${hex}`;
    await storage.write(keyOf01, source(), { contentType: mediaType });
    const stored = await createContent(storage).store(source(), { mediaType });
    expect(stored).toMatchObject({ digest: `sha256:${hex}`, key: keyOf01 });
    expect(await keysOf(storage)).toEqual([keyOf01]);
  });

  test("replaces an object of another size or type", async () => {
    const storage = createMemoryStorage();
    await storage.write(key, source(), { contentType: "text/html" });
    await createContent(storage).store(source(), { mediaType });
    expect(await storage.stat(key)).toMatchObject({ contentType: mediaType });
  });

  test("rejects when the backend stored fewer bytes", async () => {
    const sound = createMemoryStorage();
    const storage: Storage = {
      ...sound,
      write: async (...args) => ({ ...(await sound.write(...args)), size: 3 }),
    };
    const error: unknown = await createContent(storage)
      .store(source(), { mediaType })
      .catch((reason: unknown) => reason);
    expect(isStorageError(error, "ERR_STORAGE_CORRUPT")).toBe(true);
    expect(await keysOf(sound)).toEqual([]);
  });

  test.each(["write", "stat", "move"] as const)(
    "removes the staged object when %s fails and the caller aborts",
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
      const stored = createContent(storage).store(source(), { mediaType, signal });
      await expect(stored).rejects.toBe(error);
      expect(await keysOf(sound)).toEqual([]);
    },
  );

  test("rejects with the first error when the staged object cannot be removed", async () => {
    const error = new Error("out of order");
    const storage: Storage = {
      ...createMemoryStorage(),
      move: async () => Promise.reject(error),
      remove: async () => Promise.reject(new Error("out of order too")),
    };
    await expect(createContent(storage).store(source(), { mediaType })).rejects.toBe(error);
  });

  test("does nothing when it is aborted before", async () => {
    const storage = createMemoryStorage();
    const write = vi.spyOn(storage, "write");
    const reason = new Error("gone");
    const signal = AbortSignal.abort(reason);
    const stored = createContent(storage).store(source(), { mediaType, signal });
    await expect(stored).rejects.toBe(reason);
    expect(write).not.toHaveBeenCalled();
  });
});
