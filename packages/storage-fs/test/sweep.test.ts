import fs, { mkdir, readdir, rename, utimes, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterEach, describe, expect, type MockInstance, onTestFinished, test, vi } from "vitest";
import { createFsStorage } from "@nixery/storage-fs";
import { temporaryDirectory } from "./support/directory.ts";
import { bytesOf, typeOf } from "./support/objects.ts";

/** A process that cannot be seen from here, as one in another container. */
const elsewhere = "another.7.42";

/** The directories with files that a process may leave. */
const swept = [".temporary", "staging", ".records/staging", ".records/layers"];

async function leaveThings(directory: string, owner: string): Promise<void> {
  await createFsStorage({ directory });
  for (const one of swept) {
    await mkdir(join(directory, one), { recursive: true });
  }
  await writeFile(join(directory, ".temporary", `${owner}.1-2-3`), "half");
  await writeFile(join(directory, "staging/left"), "whole");
  await writeFile(
    join(directory, ".records/staging/left@1"),
    JSON.stringify({ contentType: "a/b", owner, version: "v" }),
  );
  await writeFile(
    join(directory, ".records/layers/gone@2"),
    JSON.stringify({ contentType: "a/b", owner, version: "v" }),
  );
}

async function leftIn(directory: string): Promise<readonly string[]> {
  const names = await Promise.all(swept.map(async (one) => readdir(join(directory, one))));
  return names.flat();
}

/** Makes all that was left as old as so many minutes. */
async function age(directory: string, minutes: number): Promise<void> {
  const time = (Date.now() - minutes * 60_000) / 1000;
  for (const one of swept) {
    for (const name of await readdir(join(directory, one))) {
      await utimes(join(directory, one, name), time, time);
    }
  }
}

/** Lets the file system fail to read one directory, as a dying disk does. */
function failToReadOnce(): MockInstance {
  const failing = vi.spyOn(fs, "readdir");
  failing.mockRejectedValueOnce(Object.assign(new Error("EIO: i/o error"), { code: "EIO" }));
  // Modules that imported the function by its name call the failing one.
  syncBuiltinESMExports();
  onTestFinished(() => {
    failing.mockRestore();
    syncBuiltinESMExports();
  });
  return failing;
}

afterEach(() => {
  vi.useRealTimers();
});

describe("opening a directory", () => {
  test("removes at once what a dead process of this machine left", async () => {
    const directory = await temporaryDirectory();
    await createFsStorage({ directory });
    const type = typeOf(1, 10);
    const own = await createFsStorage({ directory });
    await own.write("layers/a", bytesOf(type), { contentType: type });
    const [record = ""] = await readdir(join(directory, ".records/layers"));
    expect(record).toMatch(/^a@\d+$/);
    // A process of this machine and namespace with a number that no process can have.
    const { currentOwner } = await import("../src/owner.ts");
    const dead = (await currentOwner()).replace(/\.\d+\.\d+$/, ".99999999.1");
    await leaveThings(directory, dead);
    await createFsStorage({ directory });
    expect(await leftIn(directory)).toEqual([record]);
  });

  test("knows a process from a later one of the same number", async () => {
    const directory = await temporaryDirectory();
    const { currentOwner } = await import("../src/owner.ts");
    await leaveThings(directory, (await currentOwner()).replace(/\.\d+$/, ".1"));
    await createFsStorage({ directory });
    expect(await leftIn(directory)).toEqual([]);
  });

  test("leaves what this very process writes", async () => {
    const directory = await temporaryDirectory();
    const { currentOwner } = await import("../src/owner.ts");
    await leaveThings(directory, await currentOwner());
    await createFsStorage({ directory });
    expect(await leftIn(directory)).toHaveLength(4);
  });

  test("leaves what a process elsewhere may be writing, until it has not for long", async () => {
    const directory = await temporaryDirectory();
    await leaveThings(directory, elsewhere);
    await createFsStorage({ directory });
    expect(await leftIn(directory)).toHaveLength(4);
    await age(directory, 14);
    await createFsStorage({ directory });
    expect(await leftIn(directory)).toHaveLength(4);
    await age(directory, 16);
    await createFsStorage({ directory });
    expect(await leftIn(directory)).toEqual([]);
  });

  test("goes by the clock of the file system, whatever that of this machine shows", async () => {
    const directory = await temporaryDirectory();
    await leaveThings(directory, elsewhere);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 24 * 60 * 60_000 });
    await createFsStorage({ directory });
    expect(await leftIn(directory)).toHaveLength(4);
  });

  test("is enough: a later write removes what had to stay then", async () => {
    const directory = await temporaryDirectory();
    await leaveThings(directory, elsewhere);
    vi.useFakeTimers({ toFake: ["performance"] });
    const storage = await createFsStorage({ directory });
    await age(directory, 16);
    const type = typeOf(1, 10);
    await storage.write("builds/a", bytesOf(type), { contentType: type });
    expect(await leftIn(directory)).toHaveLength(4);
    vi.advanceTimersByTime(16 * 60_000);
    await storage.write("builds/a", bytesOf(type), { contentType: type });
    expect(await leftIn(directory)).toEqual([]);
  });

  test("fails no later write when it cannot read a directory then, and goes on", async () => {
    const directory = await temporaryDirectory();
    await leaveThings(directory, elsewhere);
    vi.useFakeTimers({ toFake: ["performance"] });
    const storage = await createFsStorage({ directory });
    await age(directory, 16);
    const type = typeOf(1, 10);
    const failing = failToReadOnce();
    vi.advanceTimersByTime(16 * 60_000);
    await storage.write("builds/a", bytesOf(type), { contentType: type });
    expect(failing).toHaveBeenCalledOnce();
    expect(await leftIn(directory)).toHaveLength(4);
    vi.advanceTimersByTime(16 * 60_000);
    await storage.write("builds/a", bytesOf(type), { contentType: type });
    expect(await leftIn(directory)).toEqual([]);
  });

  test("survives files that are not its own", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    const type = typeOf(1, 10);
    await storage.write("layers/a", bytesOf(type), { contentType: type });
    await writeFile(join(directory, "layers/.DS_Store"), "");
    await writeFile(join(directory, ".records/layers/README"), "");
    for (const one of ["", "layers", ".locks", ...swept]) {
      await mkdir(join(directory, one, "lost+found"), { recursive: true });
    }
    const again = await createFsStorage({ directory });
    const keys: string[] = [];
    for await (const { key } of again.list("")) {
      keys.push(key);
    }
    expect(keys).toEqual(["layers/a"]);
  });

  test("keeps the records of bytes that have moved with the directory", async () => {
    const directory = await temporaryDirectory();
    const first = join(directory, "first");
    const type = typeOf(1, 10);
    const storage = await createFsStorage({ directory: first });
    await storage.write("layers/a", bytesOf(type), { contentType: type });
    await rename(first, join(directory, "second"));
    const again = await createFsStorage({ directory: join(directory, "second") });
    expect((await again.stat("layers/a"))?.contentType).toBe(type);
  });
});
