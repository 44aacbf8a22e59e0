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
  test("has the name that it is given", () => {
    expect(createMemoryStorage().name).toBe("memory");
    expect(createMemoryStorage({ name: "memory:test" }).name).toBe("memory:test");
  });

  test("is full at its limit, and has space again after a removal", async () => {
    const storage = createMemoryStorage({ maxBytes: 100 });
    await storage.write("layers/a", bytes(60), { contentType });
    await storage.write("layers/b", bytes(40), { contentType });
    const error: unknown = await storage
      .write("layers/c", bytes(1), { contentType })
      .catch((reason: unknown) => reason);
    expect(isStorageError(error, "ERR_STORAGE_FULL")).toBe(true);
    expect(await storage.stat("layers/c")).toBe(undefined);

    await storage.write("layers/b", bytes(35), { contentType });
    await storage.move("layers/b", "layers/a");
    await storage.write("layers/c", bytes(65), { contentType });
    await storage.remove("layers/c");
    await storage.write("layers/d", bytes(65), { contentType });
  });

  test("stops asking its source when it is full", async () => {
    const storage = createMemoryStorage({ maxBytes: 25 });
    let asked = 0;
    const counting = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of bytes(1000)) {
        asked += 1;
        yield chunk;
      }
    };
    await expect(storage.write("layers/a", counting(), { contentType })).rejects.toThrow(
      /25 bytes/,
    );
    expect(asked).toBe(3);
  });
});
