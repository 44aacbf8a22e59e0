import { collect } from "@nixery/kit/collect";
import { streamOf } from "@nixery/kit/stream-of";
import { sha256Digest } from "@nixery/manifest";
import type { Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { describe, expect, test, vi } from "vitest";
import { type Content, createContent } from "../src/index.ts";

const mediaType = "application/octet-stream";
const bytes = Buffer.from("0123456789");
const digest = sha256Digest(bytes);

async function write(storage: Storage, place: string): Promise<void> {
  await storage.write(place, streamOf(bytes), { contentType: mediaType });
}

async function read(content: Content, range?: { start: number; end?: number }): Promise<string> {
  const opened = await content.open(digest, { range });
  expect(opened?.info).toMatchObject({ digest, size: bytes.length, mediaType });
  return Buffer.from(await collect(opened?.body ?? [], 100)).toString();
}

function redirect(key: string): Promise<{ readonly url: URL }> {
  return Promise.resolve({ url: new URL(`https://bucket.example/${key}`) });
}

/** Today's place, and that of 0.1.0. */
const places = [`blobs/${digest.replace(":", "-")}`, `layers/${digest.slice("sha256:".length)}`];

describe.each(places)("a blob at %s", (place) => {
  test("is found by its digest", async () => {
    const storage = createMemoryStorage();
    await write(storage, place);
    const content = createContent(storage);
    const info = { digest, size: bytes.length, mediaType, key: place };
    expect(await content.stat(digest)).toEqual(info);
    expect(await content.has({ digest, size: bytes.length })).toBe(true);
    expect(await content.has({ digest, size: bytes.length - 1 })).toBe(false);
    expect(await read(content)).toBe("0123456789");
    expect(await read(content, { start: 3, end: 5 })).toBe("345");
  });

  test("takes one request once its place is known", async () => {
    const storage = createMemoryStorage();
    await write(storage, place);
    const content = createContent(storage);
    await content.stat(digest);
    const stat = vi.spyOn(storage, "stat");
    const open = vi.spyOn(storage, "read");
    expect(await content.has({ digest, size: bytes.length })).toBe(true);
    await read(content);
    expect(stat.mock.calls.map(([asked]) => asked)).toEqual([place]);
    expect(open.mock.calls.map(([asked]) => asked)).toEqual([place]);
  });

  test("is missing once it is removed, and found at the other place", async () => {
    const storage = createMemoryStorage();
    await write(storage, place);
    const content = createContent(storage);
    expect(await read(content)).toBe("0123456789");
    await storage.remove(place);
    expect(await content.stat(digest)).toBeUndefined();
    expect(await content.open(digest)).toBeUndefined();
    expect(await content.has({ digest, size: bytes.length })).toBe(false);
    const other = places.find((candidate) => candidate !== place) ?? "";
    await write(storage, other);
    expect(await content.stat(digest)).toMatchObject({ key: other });
  });

  test("is where a client is redirected to", async () => {
    const storage = createMemoryStorage();
    await write(storage, place);
    const content = createContent({ ...storage, redirect });
    const info = await content.stat(digest);
    const target = info && (await content.redirect?.(info));
    expect(target?.url.pathname).toBe(`/${place}`);
  });
});

test("cannot redirect when the storage cannot", () => {
  expect(createContent(createMemoryStorage())).not.toHaveProperty("redirect");
});

test("passes a range on, and the signal of an abort", async () => {
  const storage = createMemoryStorage();
  await write(storage, places[0] ?? "");
  const content = createContent(storage);
  const signal = AbortSignal.abort(new Error("aborted"));
  await expect(content.open(digest, { range: { start: 100 } })).rejects.toMatchObject({
    code: "ERR_STORAGE_RANGE",
  });
  await expect(content.stat(digest, { signal })).rejects.toBe(signal.reason);
  await expect(content.open(digest, { signal })).rejects.toBe(signal.reason);
});

test("is at today's place when a damaged one of 0.1.0 was stored again", async () => {
  const storage = createMemoryStorage();
  const [today = "", past = ""] = places;
  await storage.write(past, streamOf(bytes.subarray(1)), { contentType: mediaType });
  const content = createContent(storage);
  const blob = { digest, size: bytes.length };
  expect(await content.has(blob)).toBe(false);
  expect(await content.store(streamOf(bytes), { mediaType })).toMatchObject({ key: today });
  expect(await content.has(blob)).toBe(true);
  expect(await read(content)).toBe("0123456789");
});

test("is missing when today's place has another size, whatever is at that of 0.1.0", async () => {
  const storage = createMemoryStorage();
  const [today = "", past = ""] = places;
  await write(storage, past);
  await storage.write(today, streamOf(bytes.subarray(1)), { contentType: mediaType });
  const content = createContent(storage);
  // Readers get the blob of today's place, so it has to be stored again.
  expect(await content.has({ digest, size: bytes.length })).toBe(false);
  expect(await content.stat(digest)).toMatchObject({ key: today, size: bytes.length - 1 });
});
