import { createHash } from "node:crypto";
import { lstat, lutimes, mkdir, readdir, readlink, symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFsStorage } from "@nixery/storage-fs";
import { openDirectories } from "../src/directories.ts";
import { type FileLocks, createFileLocks } from "../src/file-locks.ts";
import { openLayout } from "../src/layout.ts";
import { currentOwner } from "../src/owner.ts";
import { temporaryDirectory } from "./support/directory.ts";
import { bytesOf, torn, typeOf } from "./support/objects.ts";
import { startProcess } from "./support/process.ts";

const elsewhere = "another.7.42";
const type = typeOf(1, 10);

async function locksOf(directory: string, owner?: string): Promise<FileLocks> {
  const layout = await openLayout(directory);
  const directories = await openDirectories(layout, "fs:here");
  const self = owner ?? (await currentOwner());
  return createFileLocks({ layout, directories, owner: self, backend: "fs:here" });
}

/** The lock of those that remove a lock of `holder`. */
function removalOf(holder: string): string {
  return `!${createHash("sha256").update(holder).digest("hex")}`;
}

/** Makes a lock as old as so many seconds. */
async function age(path: string, seconds: number): Promise<void> {
  const time = Date.now() / 1000 - seconds;
  await lutimes(path, time, time);
}

describe("the lock of a key", { timeout: 30_000 }, () => {
  test("is waited for while its process lives, and taken over when that is killed", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    const holder = startProcess("lock-holder.ts", [directory, "leases/a", "leases/b"]);
    expect(await holder.message()).toBe("held");
    expect((await readdir(join(directory, ".locks"))).toSorted()).toEqual(["leases@a", "leases@b"]);

    // Two wait for the process, the others behind them in the queue of this process.
    for (const key of ["leases/a", "leases/b"]) {
      const options = { contentType: type, signal: AbortSignal.timeout(200) };
      const timeout = { name: "TimeoutError" };
      await Promise.all([
        expect(storage.write(key, bytesOf(type), options)).rejects.toMatchObject(timeout),
        expect(storage.create?.(key, bytesOf(type), options)).rejects.toMatchObject(timeout),
      ]);
      expect(await storage.stat(key)).toBe(undefined);
    }
    await storage.write("leases/c", bytesOf(type), { contentType: type });
    const first = storage.write("leases/a", bytesOf(type), { contentType: type });

    await holder.kill();
    await first;
    await storage.move("leases/a", "leases/b");
    expect(await torn(storage)).toEqual([]);
    expect(await readdir(join(directory, ".locks"))).toEqual([]);
  });

  test("goes when a storage is opened after its process was killed", async () => {
    const directory = await temporaryDirectory();
    const holder = startProcess("lock-holder.ts", [directory, "leases/a", "leases/b"]);
    expect(await holder.message()).toBe("held");
    await createFsStorage({ directory });
    expect(await readdir(join(directory, ".locks"))).toHaveLength(2);
    await holder.kill();
    await createFsStorage({ directory });
    expect(await readdir(join(directory, ".locks"))).toEqual([]);
  });

  test("of a process that cannot be seen is taken over after a minute", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    const path = join(directory, ".locks/leases@a");
    await symlink(`${elsewhere}.ab`, path);
    await age(path, 50);
    const signal = AbortSignal.timeout(200);
    const write = storage.write("leases/a", bytesOf(type), { contentType: type, signal });
    await expect(write).rejects.toMatchObject({ name: "TimeoutError" });
    expect(await readlink(path)).toBe(`${elsewhere}.ab`);

    await age(path, 61);
    await storage.write("leases/a", bytesOf(type), { contentType: type });
    expect(await readdir(join(directory, ".locks"))).toEqual([]);
  });

  test("that was taken over stops its holder, which leaves the new lock", async () => {
    const directory = await temporaryDirectory();
    const slow = await locksOf(directory, elsewhere);
    const other = await locksOf(directory);
    const path = join(directory, ".locks/leases@a");
    await slow.hold("leases@a", undefined, async (assertHeld) => {
      await assertHeld();
      await age(path, 61);
      await other.hold("leases@a", undefined, async (assertOtherHeld) => {
        await expect(assertHeld()).rejects.toMatchObject({ code: "ERR_STORAGE_UNAVAILABLE" });
        await assertOtherHeld();
      });
    });
    await slow.hold("leases@a", undefined, async () => {
      await age(path, 61);
      expect(await other.removeAbandoned("leases@a")).toBe(true);
      await symlink(`${elsewhere}.cd`, path);
    });
    expect(await readlink(path)).toBe(`${elsewhere}.cd`);
  });

  test("of a process that has exited is held by one of all that take it over", async () => {
    const directory = await temporaryDirectory();
    const dead = (await currentOwner()).replace(/\.\d+\.\d+$/, ".99999999.1");
    const locks = await Promise.all(Array.from({ length: 8 }, async () => locksOf(directory)));
    let running = 0;
    for (let round = 0; round < 20; round += 1) {
      await symlink(`${dead}.${round}`, join(directory, ".locks/leases@a"));
      await Promise.all(
        locks.map(async (one) =>
          one.hold("leases@a", undefined, async (assertHeld) => {
            running += 1;
            expect(running).toBe(1);
            await assertHeld();
            running -= 1;
          }),
        ),
      );
    }
    expect(await readdir(join(directory, ".locks"))).toEqual([]);
  });

  test("is removed in turns, and only as long as it is the stale one", async () => {
    const directory = await temporaryDirectory();
    const [locks, others] = [await locksOf(directory), await locksOf(directory)];
    const owner = await currentOwner();
    const holder = `${owner.replace(/\.\d+\.\d+$/, ".99999999.1")}.1`;
    const path = join(directory, ".locks/leases@a");
    await symlink(holder, path);
    const wait = async (): Promise<unknown> =>
      locks.hold("leases@a", AbortSignal.timeout(200), async () => "held");

    let waiting: Promise<readonly PromiseSettledResult<unknown>[]> | undefined;
    await others.hold(removalOf(holder), undefined, async () => {
      await expect(wait()).rejects.toMatchObject({ name: "TimeoutError" });
      expect(await readlink(path)).toBe(holder);
      waiting = Promise.allSettled([wait()]);
      await unlink(path);
      await symlink(`${owner}.2`, path);
    });
    expect(await waiting).toMatchObject([{ reason: { name: "TimeoutError" } }]);
    expect(await readlink(path)).toBe(`${owner}.2`);
  });

  test("can be taken although the process that was to remove it was killed too", async () => {
    const directory = await temporaryDirectory();
    const locks = await locksOf(directory);
    const dead = (await currentOwner()).replace(/\.\d+\.\d+$/, ".99999999.1");
    await symlink(`${dead}.1`, join(directory, ".locks/leases@a"));
    await symlink(`${dead}.2`, join(directory, ".locks", removalOf(`${dead}.1`)));
    expect(await locks.hold("leases@a", undefined, async () => "held")).toBe("held");
    expect(await readdir(join(directory, ".locks"))).toEqual([]);
  });

  test("is short enough for a file system to keep without a block", async () => {
    const directory = await temporaryDirectory();
    const locks = await locksOf(directory);
    await locks.hold("leases@a", undefined, async () => {
      expect((await lstat(join(directory, ".locks/leases@a"))).size).toBeLessThan(60);
    });
  });

  test("cannot be taken where something else has its name", async () => {
    const directory = await temporaryDirectory();
    const storage = await createFsStorage({ directory });
    await mkdir(join(directory, ".locks/leases@a"));
    const write = storage.write("leases/a", bytesOf(type), { contentType: type });
    await expect(write).rejects.toMatchObject({ code: "ERR_STORAGE_UNAVAILABLE" });
    expect(await readdir(join(directory, ".temporary"))).toEqual([]);
  });
});
