import { cp, open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { collect } from "@nixery/kit/collect";
import { streamOf } from "@nixery/kit/stream-of";
import type { Storage } from "@nixery/storage";
import { createFsStorage } from "@nixery/storage-fs";
import { currentOwner } from "../src/owner.ts";
import { temporaryDirectory } from "./support/directory.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets the file system fail to sync one directory, as a dying disk does. */
async function failToSync(directory: string): Promise<void> {
  const { ino } = await stat(directory);
  const handle = await open(directory);
  const prototype: typeof handle = Object.getPrototypeOf(handle);
  await handle.close();
  const failing = vi.spyOn(prototype, "sync");
  failing.mockImplementation(async function sync(this: typeof handle) {
    if ((await this.stat()).ino === ino) {
      throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    }
    await this.datasync();
  });
}

async function typeAndText(storage: Storage, key: string): Promise<readonly string[] | undefined> {
  const result = await storage.read(key);
  return (
    result && [result.info.contentType, new TextDecoder().decode(await collect(result.body, 100))]
  );
}

const bytes = (text: string): AsyncIterable<Uint8Array> => streamOf(new TextEncoder().encode(text));

/** Lets the storage look as one whose process is gone. */
async function killOwner(directory: string): Promise<void> {
  const owner = await currentOwner();
  const dead = owner.replace(/\.\d+\.\d+$/, ".99999999.1");
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    await writeFile(path, (await readFile(path, "utf8")).replace(owner, dead));
  }
}

describe("a change whose directory cannot be synced", () => {
  test.each([
    [
      "write",
      async (storage: Storage) =>
        storage.write("layers/a", bytes("new"), { contentType: "text/new" }),
    ],
    ["move", async (storage: Storage) => storage.move("staging/a", "layers/a")],
  ])("fails, and bytes and type stay together: %s", async (_, change) => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    await storage.write("layers/a", bytes("old"), { contentType: "text/old" });
    await storage.write("staging/a", bytes("new"), { contentType: "text/new" });
    const old = await storage.stat("layers/a");
    await failToSync(join(directory, "layers"));
    await expect(change(storage)).rejects.toMatchObject({ code: "ERR_STORAGE_UNAVAILABLE" });
    expect(await typeAndText(storage, "layers/a")).toEqual(["text/new", "new"]);
    expect((await storage.stat("layers/a"))?.version).not.toBe(old?.version);

    // The record of the old bytes stays for a power cut that brings them back, until the next start.
    vi.restoreAllMocks();
    const records = join(directory, ".records/layers");
    expect(await readdir(records)).toHaveLength(2);
    await killOwner(records);
    const again = await createFsStorage({ directory });
    expect(await readdir(records)).toHaveLength(1);
    const restored = await temporaryDirectory();
    await cp(directory, restored, { recursive: true });
    for (const each of [again, await createFsStorage({ directory: restored })]) {
      expect(await typeAndText(each, "layers/a")).toEqual(["text/new", "new"]);
    }
  });
});
