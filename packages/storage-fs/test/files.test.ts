import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, readlink, rm, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFsStorage } from "@nixery/storage-fs";
import { temporaryDirectory } from "./support/directory.ts";
import { bytesOf, collect, storeHashed, torn, typeOf } from "./support/objects.ts";

describe("the files of a storage", () => {
  test("hold the bytes of an object and nothing else", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    for (const size of [0, 1, 300_000]) {
      const type = typeOf(size, size);
      await storeHashed(storage, type);
    }
    const names = await readdir(join(directory, "blobs"));
    expect(names).toHaveLength(3);
    for (const name of names) {
      const bytes = await readFile(join(directory, "blobs", name));
      expect(`sha256-${createHash("sha256").update(bytes).digest("hex")}`).toBe(name);
    }
    expect(await readdir(join(directory, "staging"))).toEqual([]);
    expect(await readdir(join(directory, ".temporary"))).toEqual([]);
    expect(await readdir(join(directory, ".locks"))).toEqual([]);
  });

  test("have one record each after replacing, moving and removing", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    for (let seed = 1; seed <= 10; seed += 1) {
      const type = typeOf(seed, seed);
      await storage.write("layers/a", bytesOf(type), { contentType: type });
      await storage.write("staging/b", bytesOf(type), { contentType: type });
      await storage.move("staging/b", "layers/b");
      await storage.write("layers/c", bytesOf(type), { contentType: type });
      await storage.remove("layers/c");
    }
    const records = await readdir(join(directory, ".records/layers"));
    expect(records.map((name) => name.replace(/@\d+$/, ""))).toEqual(["a", "b"]);
    expect(await readdir(join(directory, ".records/staging"))).toEqual([]);
  });

  test("can be copied to another place", async () => {
    const directory = await temporaryDirectory();
    const original = await createFsStorage({ directory: join(directory, "original") });
    for (const seed of [1, 2, 3]) {
      const type = typeOf(seed, seed * 1000);
      await original.write(`layers/${seed}`, bytesOf(type), { contentType: type });
    }
    await cp(join(directory, "original"), join(directory, "copy"), { recursive: true });
    const copy = await createFsStorage({ directory: join(directory, "copy") });
    expect(await torn(copy)).toEqual([]);
    expect((await copy.stat("layers/3"))?.contentType).toBe(typeOf(3, 3000));

    const type = typeOf(4, 50);
    await copy.write("layers/1", bytesOf(type), { contentType: type });
    await copy.move("layers/2", "layers/5");
    expect(await torn(copy)).toEqual([]);
    expect((await copy.stat("layers/1"))?.contentType).toBe(type);
    expect((await copy.stat("layers/5"))?.contentType).toBe(typeOf(2, 2000));
  });

  test("without their records are not objects until they are written again", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    const type = typeOf(1, 10);
    await storage.write("layers/a", bytesOf(type), { contentType: type });
    const [name = ""] = await readdir(join(directory, ".records/layers"));
    await rm(join(directory, ".records/layers", name));
    expect(await storage.stat("layers/a")).toBe(undefined);
    expect(await storage.read("layers/a")).toBe(undefined);
    expect(await openFilesBelow(directory)).toEqual([]);

    await storage.write("layers/a", bytesOf(type), { contentType: type });
    expect((await storage.stat("layers/a"))?.contentType).toBe(type);
    expect(await torn(storage)).toEqual([]);
  });

  test("are not objects when they are directories or dangling links", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    await mkdir(join(directory, "layers/directory"), { recursive: true });
    await symlink("loop", join(directory, "layers/loop"));
    await symlink("nowhere", join(directory, "layers/dangling"));
    for (const key of ["layers/directory", "layers/loop", "layers/dangling"]) {
      expect(await storage.stat(key)).toBe(undefined);
      expect(await storage.read(key)).toBe(undefined);
    }
    expect(await torn(storage)).toEqual([]);

    const type = typeOf(1, 10);
    const write = storage.write("layers/directory", bytesOf(type), { contentType: type });
    await expect(write).rejects.toThrow(/another kind of file is in its place \(EISDIR\)/);
    for (const key of ["layers/loop", "layers/dangling"]) {
      await storage.write(key, bytesOf(type), { contentType: type });
      expect((await storage.stat(key))?.size).toBe(10);
    }
    expect(await readdir(join(directory, ".temporary"))).toEqual([]);
    expect(await readdir(join(directory, ".records/layers"))).toHaveLength(2);
  });

  test("are read to their end though removed meanwhile", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    const type = typeOf(1, 5_000_000);
    await storage.write("layers/a", bytesOf(type), { contentType: type });
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await storage.read("layers/a"))?.body ?? []) {
      await rm(join(directory, "layers"), { recursive: true, force: true });
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).equals(await collect(bytesOf(type)))).toBe(true);
    expect(await openFilesBelow(directory)).toEqual([]);
  });

  test("that become shorter while they are read fail", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    const type = typeOf(1, 5_000_000);
    await storage.write("layers/a", bytesOf(type), { contentType: type });
    const body = (await storage.read("layers/a"))?.body ?? bytesOf("");
    await truncate(join(directory, "layers/a"), 10_000);
    await expect(collect(body)).rejects.toMatchObject({ code: "ERR_STORAGE_UNAVAILABLE" });
    expect(await openFilesBelow(directory)).toEqual([]);
  });

  test("are closed however an operation ends", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    const type = typeOf(1, 3_000_000);
    await storage.write("layers/a", bytesOf(type), { contentType: type });
    const before = await openFilesBelow(directory);

    const unread = await storage.read("layers/a");
    await unread?.body[Symbol.asyncIterator]().return?.();
    for await (const _ of (await storage.read("layers/a"))?.body ?? bytesOf("")) {
      break;
    }
    const controller = new AbortController();
    const aborted = await storage.read("layers/a", controller);
    controller.abort();
    await aborted?.body[Symbol.asyncIterator]().return?.();
    await storage.read("layers/a", { range: { start: 5_000_000 } }).catch(() => undefined);
    await storage.write("layers/b", failing(), { contentType: type }).catch(() => undefined);
    await storage.stat("layers/a");
    await storage.move("layers/a", "layers/c");
    await storage.remove("layers/c");
    expect(before).toEqual([]);
    expect(await openFilesBelow(directory)).toEqual([]);
  });
});

async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
  yield new Uint8Array(10);
  throw new Error("out of order");
}

/** The files below `directory` that this process has open. */
async function openFilesBelow(directory: string): Promise<readonly string[]> {
  const descriptors = await readdir("/proc/self/fd");
  const paths = await Promise.all(
    descriptors.map(async (one) => readlink(`/proc/self/fd/${one}`).catch(() => "")),
  );
  return paths.filter((path) => path.startsWith(directory));
}
