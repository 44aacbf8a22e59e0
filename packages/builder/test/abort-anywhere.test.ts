import { diskReader } from "@nixery/packing";
import { readdir, readlink } from "node:fs/promises";
import type { Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { expect, it } from "vitest";
import { pull } from "./support/image.ts";
import { createTestPackages } from "./support/packages.ts";
import { createStore, keys, setUp } from "./support/setup.ts";

/** A storage that calls `step` before and after each operation, and for each chunk. */
function stepping(inner: Storage, step: () => void): Storage {
  const around = async <T>(operation: () => Promise<T>): Promise<T> => {
    step();
    try {
      return await operation();
    } finally {
      step();
    }
  };
  async function* chunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      step();
      yield chunk;
    }
  }
  return {
    ...inner,
    write: (key, source, options) => around(() => inner.write(key, chunks(source), options)),
    read: (key, options) => around(() => inner.read(key, options)),
    stat: (key, options) => around(() => inner.stat(key, options)),
    move: (from, to, options) => around(() => inner.move(from, to, options)),
    remove: (key, options) => around(() => inner.remove(key, options)),
  };
}

/** Files below `root` that this process has open. */
async function openFiles(root: string): Promise<readonly string[]> {
  const files = (await readdir("/proc/self/fd")).map((file) => `/proc/self/fd/${file}`);
  const targets = await Promise.all(files.map((file) => readlink(file).catch(() => "")));
  return targets.filter((target) => target.startsWith(root));
}

it("can be aborted at any step, and leaves nothing behind", { timeout: 180_000 }, async () => {
  const request = { name: "git/hello", tag: "latest", format: "oci" } as const;
  const store = await createStore();
  const reason = new Error("left");
  let digest: string | undefined;
  let steps = Number.POSITIVE_INFINITY;
  for (let last = 1; last <= steps; last += 1) {
    let step = 0;
    const leaving = new AbortController();
    const inner = createMemoryStorage();
    const storage = stepping(inner, () => {
      step += 1;
      if (step === last) {
        leaving.abort(reason);
      }
    });
    const packages = createTestPackages({ closure: store.closureOf });
    const { builder } = await setUp({
      ...{ storage, packages, reader: diskReader({ root: store.root }), unwatchedBuilds: "abort" },
    });
    const answer = await builder.image(request, { signal: leaving.signal }).catch((error) => error);
    await builder.close();
    if (step < last) {
      steps = step;
    }
    expect(answer === reason).toBe(last <= steps);
    expect(await keys(inner, "staging/")).toEqual([]);
    expect(await openFiles(store.root)).toEqual([]);
    // What is remembered is whole.
    const after = await setUp({
      storage: inner,
      packages,
      reader: diskReader({ root: store.root }),
    });
    const pulled = await pull(after.builder, inner, request.name);
    expect(pulled.digest).toBe((digest ??= pulled.digest));
  }
  expect(steps).toBeGreaterThan(50);
});
