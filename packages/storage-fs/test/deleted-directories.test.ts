import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFsStorage } from "@nixery/storage-fs";
import { temporaryDirectory } from "./support/directory.ts";
import { canMount, runLimited, onSmallDisk } from "./support/limited.ts";
import { bytesOf, storeHashed, torn, typeOf } from "./support/objects.ts";

test.each([
  "",
  "layers",
  "builds",
  "staging",
  ".temporary",
  ".locks",
  ".records",
  ".records/layers",
  ".records/staging",
])("a deleted directory is made again by the next write: images/%s", async (deleted) => {
  const directory = join(await temporaryDirectory(), "images");
  const storage = await createFsStorage({ directory });
  const [old, young] = [typeOf(1, 10), typeOf(2, 300_000)];
  await storage.write("layers/old", bytesOf(old), { contentType: old });
  await storage.write("builds/old", bytesOf(old), { contentType: old });
  await storage.write("staging/old", bytesOf(old), { contentType: old });
  await rm(join(directory, deleted), { recursive: true });

  expect(await torn(storage)).toEqual([]);
  await storage.remove("layers/gone");
  const key = await storeHashed(storage, young);
  await storage.write("builds/a", bytesOf(old), { contentType: old });
  expect((await storage.stat(key))?.contentType).toBe(young);
  expect((await storage.stat("builds/a"))?.contentType).toBe(old);
  expect(await torn(storage)).toEqual([]);
});

test("a write whose directory is deleted fails, and can be repeated", async () => {
  const directory = join(await temporaryDirectory(), "images");
  const storage = await createFsStorage({ directory });
  const type = typeOf(1, 50_000);
  const interrupted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield* bytesOf(type);
    await rm(directory, { recursive: true });
  };
  const write = storage.write("layers/a", interrupted(), { contentType: type });
  await expect(write).rejects.toMatchObject({ code: "ERR_STORAGE_UNAVAILABLE" });
  expect(await storage.stat("layers/a")).toBe(undefined);
  await storage.write("layers/a", bytesOf(type), { contentType: type });
  expect((await storage.stat("layers/a"))?.size).toBe(50_000);
});

test.skipIf(!canMount)("the directories of an unmounted disk are not made elsewhere", async () => {
  const directory = join(await temporaryDirectory(), "disk");
  await mkdir(directory);
  expect(await runLimited("unmounting-writer.ts", onSmallDisk(), [directory])).toEqual([
    expect.stringMatching(
      /^write ERR_STORAGE_UNAVAILABLE: The file system of fs:here was unmounted\. Mount it again\.$/,
    ),
    "left",
  ]);
});
