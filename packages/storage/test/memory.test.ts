import { describe, expect, test } from "vitest";
import { isStorageError } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";

const contentType = "application/octet-stream";

async function* bytes(size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let left = size; left > 0; left -= 10) {
    yield new Uint8Array(Math.min(left, 10));
  }
}

describe("the memory backend", () => {
  test("has the given name", () => {
    expect(createMemoryStorage().name).toBe("memory");
    expect(createMemoryStorage({ name: "memory:test" }).name).toBe("memory:test");
  });

  test("is full at its limit, and has space after a removal", async () => {
    const storage = createMemoryStorage({ maxBytes: 100 });
    await storage.write("blobs/a", bytes(60), { contentType });
    await storage.write("blobs/b", bytes(40), { contentType });
    const error: unknown = await storage
      .write("blobs/c", bytes(1), { contentType })
      .catch((reason: unknown) => reason);
    expect(isStorageError(error, "ERR_STORAGE_FULL")).toBe(true);
    expect(await storage.stat("blobs/c")).toBe(undefined);

    await storage.write("blobs/b", bytes(35), { contentType });
    await storage.move("blobs/b", "blobs/a");
    await storage.write("blobs/c", bytes(65), { contentType });
    await storage.remove("blobs/c");
    await storage.write("blobs/d", bytes(65), { contentType });
  });

  test("stops reading its source when it is full", async () => {
    const storage = createMemoryStorage({ maxBytes: 25 });
    let asked = 0;
    const counting = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of bytes(1000)) {
        asked += 1;
        yield chunk;
      }
    };
    await expect(storage.write("blobs/a", counting(), { contentType })).rejects.toThrow(/25 bytes/);
    expect(asked).toBe(3);
  });

  test("counts the bytes of conditional writes and removals too", async () => {
    const storage = createMemoryStorage({ maxBytes: 100 });
    const { version: first = "" } =
      (await storage.create?.("blobs/a", bytes(60), { contentType })) ?? {};
    const { version: second = "" } =
      (await storage.replace?.("blobs/a", first, bytes(90), { contentType })) ?? {};
    await expect(storage.create?.("blobs/b", bytes(20), { contentType })).rejects.toThrow(
      "Cannot write blobs/b: memory holds at most 100 bytes. Remove objects or raise maxBytes.",
    );
    expect(await storage.removeVersion?.("blobs/a", second)).toBe(true);
    await storage.write("blobs/b", bytes(100), { contentType });
  });

  test.each([-1, Number.NaN])("rejects %d as maxBytes", (maxBytes) => {
    const error = { code: "ERR_STORAGE_INVALID_OPTION", backend: "memory" };
    expect(() => createMemoryStorage({ maxBytes })).toThrow(expect.objectContaining(error));
  });
});
