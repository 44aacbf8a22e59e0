import { readdir, readlink } from "node:fs/promises";
import pLimit from "p-limit";
import { expect, it } from "vitest";
import {
  diskReader,
  gzip,
  loadLayerCodec,
  loadStoreReader,
  packLayer,
  type PackedLayer,
  storeEntries,
} from "../src/index.ts";
import { createTestStore } from "./support/store.ts";
import { bytes } from "./support/tar.ts";

type Write<Written> = (bytes: AsyncIterable<Uint8Array>) => Promise<Written>;

/** Packs a path whose files are too large to be read ahead. */
async function pack<Written>(
  write: Write<Written>,
  options: { readonly signal?: AbortSignal; onProgress?(done: number): void } = {},
): Promise<{ readonly root: string; readonly packing: Promise<PackedLayer<Written>> }> {
  const store = await createTestStore();
  const content = Buffer.alloc(5_000_000, "x");
  const path = await store.add("large", { a: content, b: content });
  const reader = await loadStoreReader(diskReader({ root: store.root }));
  const codec = await loadLayerCodec(gzip({ level: 1 }));
  const run = pLimit(2);
  const entries = storeEntries(reader, [path], options);
  const packing = packLayer(entries, write, { codec, run, maxBlocks: 3, ...options });
  return { root: store.root, packing };
}

/** Files below `root` that this process has open. */
async function openFiles(root: string): Promise<readonly string[]> {
  const files = (await readdir("/proc/self/fd")).map((file) => `/proc/self/fd/${file}`);
  const targets = await Promise.all(files.map((file) => readlink(file).catch(() => "")));
  return targets.filter((target) => target.startsWith(root));
}

it("reports progress and resolves to the result of the write", async () => {
  const progress: number[] = [];
  const { packing } = await pack(
    async (source) => {
      await bytes(source);
      return "written";
    },
    { onProgress: (done) => progress.push(done) },
  );
  expect((await packing).written).toBe("written");
  expect(progress.length).toBeGreaterThan(15);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBeGreaterThan(10_000_000);
});

it("has closed the store's files when it settles, also after a write that did not wait", async () => {
  const failure = new Error("the storage failed");
  const { root, packing } = await pack(async (source) => {
    const iterator = source[Symbol.asyncIterator]();
    for (let chunk = 0; chunk < 4; chunk += 1) {
      await iterator.next();
    }
    void iterator.next();
    throw failure;
  });
  await expect(packing).rejects.toBe(failure);
  expect(await openFiles(root)).toEqual([]);
});

it("rejects with the reason of an abort, and opens nothing when the write never began", async () => {
  const controller = new AbortController();
  const reason = new Error("aborted");
  const { root, packing } = await pack(
    async (source) => {
      for await (const _ of source) {
        controller.abort(reason);
      }
    },
    { signal: controller.signal },
  );
  await expect(packing).rejects.toBe(reason);
  expect(await openFiles(root)).toEqual([]);

  const unread = await pack(() => Promise.resolve(0));
  expect((await unread.packing).written).toBe(0);
  expect(await openFiles(unread.root)).toEqual([]);
});
