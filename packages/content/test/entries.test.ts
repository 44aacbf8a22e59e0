import { streamOf } from "@nixery/kit/stream-of";
import type { Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { describe, expect, test } from "vitest";
import { createContent, entryKey } from "../src/index.ts";

const id = "0".repeat(64);
const value = { digest: "sha256:00", nested: [1, "two", null] };

async function write(storage: Storage, key: string, text: string): Promise<void> {
  await storage.write(key, streamOf(Buffer.from(text)), { contentType: "application/json" });
}

async function keysOf(storage: Storage): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) {
    keys.push(key);
  }
  return keys;
}

describe.each([
  { kind: "layer", key: `layer-cache/${id}`, keyOf01: `builds/${id}` },
  { kind: "image", key: `image-cache/${id}`, keyOf01: `manifests/${id}` },
] as const)("an entry of a $kind", ({ kind, key, keyOf01 }) => {
  test("is read as it was written, at its own place", async () => {
    const storage = createMemoryStorage();
    const content = createContent(storage);
    expect(await content.readEntry(kind, id)).toBeUndefined();
    await content.writeEntry(kind, id, value);
    expect(await content.readEntry(kind, id)).toEqual(value);
    expect(await content.readEntryOf01(kind, id)).toBeUndefined();
    expect(await keysOf(storage)).toEqual([key]);
    expect(entryKey(kind, id)).toBe(key);
    expect((await storage.stat(key))?.contentType).toBe("application/json");
  });

  test("of 0.1.0 is read when it is asked for", async () => {
    const storage = createMemoryStorage();
    const content = createContent(storage);
    await write(storage, keyOf01, JSON.stringify(value));
    expect(await content.readEntryOf01(kind, id)).toEqual(value);
    expect(await content.readEntry(kind, id)).toBeUndefined();
  });

  test("rejects when it is not JSON or too large", async () => {
    const storage = createMemoryStorage();
    const content = createContent(storage);
    await write(storage, key, "{");
    await expect(content.readEntry(kind, id)).rejects.toThrow(SyntaxError);
    await write(storage, key, JSON.stringify("x".repeat(1 << 20)));
    await expect(content.readEntry(kind, id)).rejects.toThrow(RangeError);
  });
});

test("entries observe the signal of an abort", async () => {
  const storage = createMemoryStorage();
  const content = createContent(storage);
  const signal = AbortSignal.abort(new Error("aborted"));
  await expect(content.readEntry("layer", id, { signal })).rejects.toBe(signal.reason);
  await expect(content.readEntryOf01("layer", id, { signal })).rejects.toBe(signal.reason);
  await expect(content.writeEntry("layer", id, value, { signal })).rejects.toBe(signal.reason);
  expect(await keysOf(storage)).toEqual([]);
});
