import { streamOf } from "@nixery/kit/stream-of";
import { createManifest, type Encoded, ociMediaTypes, sha256Digest } from "@nixery/manifest";
import { isStorageError, type Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { describe, expect, test, vi } from "vitest";
import { createContent } from "../src/index.ts";

const mediaTypes = new Set([ociMediaTypes.manifest]);
const document = manifest("a");
const { digest, mediaType, size } = document.descriptor;
const keyOf01 = `layers/${digest.slice("sha256:".length)}`;

function manifest(name: string): Encoded {
  const config = {
    mediaType: ociMediaTypes.config,
    digest: sha256Digest(Buffer.from(name)),
    size: 1,
  };
  return createManifest({ config, layers: [] });
}

async function write(storage: Storage, key: string, bytes: Uint8Array): Promise<void> {
  await storage.write(key, streamOf(bytes), { contentType: mediaType });
}

describe("documents", () => {
  test("are read as they were stored", async () => {
    const storage = createMemoryStorage();
    const content = createContent(storage);
    expect(await content.readDocument(digest, { mediaTypes })).toBeUndefined();
    await content.storeDocument(document);
    expect(await content.stat(digest)).toMatchObject({ mediaType, size });
    const read = await content.readDocument(digest, { mediaTypes });
    expect(read?.descriptor).toEqual({ digest, mediaType, size });
    expect(Buffer.from(read?.bytes ?? []).equals(document.bytes)).toBe(true);
  });

  test("of 0.1.0 are read", async () => {
    const storage = createMemoryStorage();
    await write(storage, keyOf01, document.bytes);
    const read = await createContent(storage).readDocument(digest, { mediaTypes });
    expect(read?.descriptor).toEqual({ digest, mediaType, size });
  });

  test.each([0, 10_000])("of other media types are missing with a cache of %d", async (max) => {
    const content = createContent(createMemoryStorage(), { maxCachedBytes: max });
    await content.storeDocument(document);
    const others = new Set([ociMediaTypes.index]);
    expect(await content.readDocument(digest, { mediaTypes: others })).toBeUndefined();
    expect(await content.readDocument(digest, { mediaTypes })).toBeDefined();
    expect(await content.readDocument(digest, { mediaTypes: others })).toBeUndefined();
  });

  test("that were changed are reported, whatever their size", async () => {
    for (const change of [
      (bytes: Buffer) => bytes.fill("x", 0, 1),
      (bytes: Buffer) => bytes.subarray(1),
      (bytes: Buffer) => Buffer.concat([bytes, bytes]),
    ]) {
      const storage = createMemoryStorage();
      await write(
        storage,
        `blobs/${digest.replace(":", "-")}`,
        change(Buffer.from(document.bytes)),
      );
      const reading = createContent(storage).readDocument(digest, { mediaTypes });
      await expect(reading).rejects.toSatisfy((error) =>
        isStorageError(error, "ERR_STORAGE_CORRUPT"),
      );
    }
  });

  test("that are too large to be one are missing, and their bytes are not read", async () => {
    const storage = createMemoryStorage();
    const large = Buffer.alloc(4 * 1024 * 1024 + 1);
    const largeDigest = sha256Digest(large);
    await write(storage, `blobs/${largeDigest.replace(":", "-")}`, large);
    const read = vi.spyOn(storage, "read");
    expect(await createContent(storage).readDocument(largeDigest, { mediaTypes })).toBeUndefined();
    expect(read).not.toHaveBeenCalled();
  });

  test("stay in memory up to the limit, and not without one", async () => {
    const others = ["b", "c"].map(manifest);
    const readsOf = async (maxCachedBytes: number): Promise<number> => {
      const storage = createMemoryStorage();
      const content = createContent(storage, { maxCachedBytes });
      for (const stored of [document, ...others]) {
        await content.storeDocument(stored);
      }
      const read = vi.spyOn(storage, "read");
      for (const { descriptor } of [document, document, ...others, document]) {
        expect(await content.readDocument(descriptor.digest, { mediaTypes })).toBeDefined();
      }
      return read.mock.calls.length;
    };
    expect(await readsOf(0)).toBe(5);
    expect(await readsOf(2 * size)).toBe(4);
    expect(await readsOf(3 * size)).toBe(3);
  });
});
