import { mkdir, readFile, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Storage } from "@nixery/storage";
import { createFsStorage } from "@nixery/storage-fs";
import { temporaryDirectory } from "./support/directory.ts";
import { bytesOf, collect, torn, typeOf } from "./support/objects.ts";
import { ownersOf01 } from "./support/owners-of-0-1.ts";

const namespaces = ["builds", "layers", "manifests", "staging"];

let directory: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  for (const namespace of namespaces) {
    await mkdir(join(directory, namespace));
    await mkdir(join(directory, "types", namespace), { recursive: true });
  }
  await mkdir(join(directory, "temporary"));
});

/** Puts an object where 0.1.0 does. */
async function putAs01(key: string, type: string, owner: string): Promise<void> {
  const [namespace = "", id = ""] = key.split("/");
  const old = await stat(join(directory, key)).catch(() => undefined);
  await rm(join(directory, key), { force: true });
  await writeFile(join(directory, key), await collect(bytesOf(type)));
  const { ino } = await stat(join(directory, key));
  const record = JSON.stringify({ contentType: type, owner });
  await writeFile(join(directory, "types", namespace, `${id}@${ino}`), record);
  if (old !== undefined && old.ino !== ino) {
    await rm(join(directory, "types", namespace, `${id}@${old.ino}`), { force: true });
  }
}

async function filesBelow(...parts: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(join(directory, ...parts), {
    recursive: true,
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** The files of 0.1.0 besides objects outside `staging/`. */
async function left(): Promise<readonly string[]> {
  const names = [
    ...(await filesBelow("temporary")),
    ...(await filesBelow("types")),
    ...(await filesBelow("staging")),
  ];
  return names.toSorted();
}

async function keysOf(storage: Storage): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) {
    keys.push(key);
  }
  return keys;
}

describe("objects that 0.1.0 stored", () => {
  const [old, young] = [typeOf(1, 70_000), typeOf(2, 300)];

  test("are read and listed beside others", async () => {
    const { alive } = await ownersOf01();
    await putAs01("layers/a", old, alive);
    await putAs01("builds/b", young, alive);
    await putAs01("manifests/c", young, alive);
    const storage = await createFsStorage({ directory });
    await storage.write("layers/0", bytesOf(young), { contentType: young });
    await storage.write("types/a", bytesOf(young), { contentType: young });
    await storage.write("temporary/a", bytesOf(old), { contentType: old });
    expect(await keysOf(storage)).toEqual([
      ...["builds/b", "layers/0", "layers/a", "manifests/c", "temporary/a", "types/a"],
    ]);
    expect(await torn(storage)).toEqual([]);
    const info = await storage.stat("layers/a");
    expect(info).toMatchObject({ size: 70_000, contentType: old });
    expect(Date.now() - Number(info?.modified)).toBeLessThan(60_000);

    const again = await createFsStorage({ directory });
    expect((await keysOf(again)).length).toBe(6);
    expect((await again.stat("layers/a"))?.version).toBe(info?.version);
  });

  test("get a new version by a write of this version or of 0.1.0", async () => {
    const { alive } = await ownersOf01();
    await putAs01("layers/a", old, alive);
    const storage = await createFsStorage({ directory });
    const versions: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      versions.push((await storage.stat("layers/a"))?.version ?? "");
      await storage.write("layers/a", bytesOf(young), { contentType: young });
      versions.push((await storage.stat("layers/a"))?.version ?? "");
      await putAs01("layers/a", old, alive);
      expect((await storage.stat("layers/a"))?.contentType).toBe(old);
    }
    expect(new Set(versions).size).toBe(10);
    expect(versions).not.toContain("");
  });

  test("are replaced, moved and removed", async () => {
    const { alive } = await ownersOf01();
    for (const id of ["replaced", "written", "moved", "removed", "versioned"]) {
      await putAs01(`layers/${id}`, old, alive);
    }
    const storage = await createFsStorage({ directory });
    const versionOf = async (key: string): Promise<string> =>
      (await storage.stat(key))?.version ?? "";
    const contentType = young;
    const version = await versionOf("layers/replaced");
    const replaced = await storage.replace?.("layers/replaced", version, bytesOf(young), {
      contentType,
    });
    expect(replaced?.version).toBe(await versionOf("layers/replaced"));
    await storage.write("layers/written", bytesOf(young), { contentType });
    await storage.move("layers/moved", "blobs/moved");
    await storage.remove("layers/removed");
    const unchanged = await versionOf("layers/versioned");
    expect(await storage.removeVersion?.("layers/versioned", version)).toBe(false);
    expect(await storage.removeVersion?.("layers/versioned", unchanged)).toBe(true);
    const create = storage.create?.("layers/written", bytesOf(old), { contentType });
    expect(await create).toBe(undefined);

    expect(await keysOf(storage)).toEqual(["blobs/moved", "layers/replaced", "layers/written"]);
    expect((await storage.stat("blobs/moved"))?.contentType).toBe(old);
    expect(await torn(storage)).toEqual([]);
    expect(await filesBelow("types")).toEqual([]);
    expect(await filesBelow(".records")).toHaveLength(3);
  });

  test("keep their content type in a copy", async () => {
    const { alive } = await ownersOf01();
    await putAs01("layers/a", old, alive);
    const [name = ""] = await readdir(join(directory, "types/layers"));
    const types = join(directory, "types/layers");
    await writeFile(join(types, "a@1"), await readFile(join(types, name)));
    await rm(join(types, name));
    const storage = await createFsStorage({ directory });
    expect((await storage.stat("layers/a"))?.contentType).toBe(old);
    await storage.move("layers/a", "blobs/a");
    expect((await storage.stat("blobs/a"))?.contentType).toBe(old);
  });

  test("are distinguished from earlier ones with the same inode", async () => {
    const { alive } = await ownersOf01();
    const storage = await createFsStorage({ directory });
    await storage.write("layers/a", bytesOf(young), { contentType: young });
    const { ino } = await stat(join(directory, "layers/a"));
    // 0.1.0 leaves the record in `.records` when it replaces the object.
    await writeFile(join(directory, "layers/a"), await collect(bytesOf(old)));
    const record = JSON.stringify({ contentType: old, owner: alive });
    await writeFile(join(directory, `types/layers/a@${ino}`), record);
    expect((await storage.stat("layers/a"))?.contentType).toBe(old);
    expect(await torn(storage)).toEqual([]);
  });
});

describe("files that a process of 0.1.0 left", () => {
  const type = typeOf(3, 1000);

  async function leave(owner: string): Promise<void> {
    await writeFile(join(directory, "temporary", `${owner}.1-2-3`), "half");
    await putAs01("staging/left", type, owner);
    const record = JSON.stringify({ contentType: type, owner });
    await writeFile(join(directory, "types/layers/gone@1"), record);
  }

  test("are removed when the process has exited", async () => {
    const { gone } = await ownersOf01();
    await leave(gone);
    await putAs01("layers/a", type, gone);
    const storage = await createFsStorage({ directory });
    await storage.write("temporary/a", bytesOf(type), { contentType: type });
    await createFsStorage({ directory });
    expect(await keysOf(storage)).toEqual(["layers/a", "temporary/a"]);
    expect(await left()).toEqual(["a", expect.stringMatching(/^a@\d+$/)]);
  });

  test("stay while the process runs, and staged objects can be moved", async () => {
    const { alive } = await ownersOf01();
    await leave(alive);
    const storage = await createFsStorage({ directory });
    expect(await left()).toHaveLength(4);
    await storage.move("staging/left", "blobs/left");
    expect((await storage.stat("blobs/left"))?.contentType).toBe(type);
    expect(await left()).toHaveLength(2);
  });

  test("stay for 15 minutes when the process cannot be seen", async () => {
    await leave("otherboot.pid1.7.42");
    await createFsStorage({ directory });
    expect(await left()).toHaveLength(4);
    const time = Date.now() / 1000 - 16 * 60;
    for (const path of ["temporary", "staging", "types/staging", "types/layers"]) {
      for (const name of await readdir(join(directory, path))) {
        await utimes(join(directory, path, name), time, time);
      }
    }
    await createFsStorage({ directory });
    expect(await left()).toEqual([]);
  });
});
