import type { SpawnOptions } from "node:child_process";
import { chmod, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { createFsStorage } from "@nixery/storage-fs";
import { temporaryDirectory } from "./support/directory.ts";
import { canMount, onSmallDisk, runLimited } from "./support/limited.ts";

/** What the opening of a storage and its writes come to. */
function runWriter(
  setup: string,
  directory: string,
  size: number,
  options?: SpawnOptions,
): Promise<readonly string[]> {
  return runLimited("failing-writer.ts", setup, [directory, String(size)], options);
}

const full =
  /^write ERR_STORAGE_FULL: Cannot write layers\/a in fs:here: no space left \((?:EFBIG|ENOSPC)\)\. Free some space\.$/;

describe("a write", { timeout: 30_000 }, () => {
  test("of more than a file may hold is ERR_STORAGE_FULL and leaves nothing", async () => {
    const directory = await temporaryDirectory();
    // In blocks of 512 bytes.
    const outcome = await runWriter("ulimit -f 200", directory, 1_000_000);
    expect(outcome).toEqual(["open done", expect.stringMatching(full), "write done"]);
    expect(await readdir(join(directory, "layers"))).toEqual(["b"]);
    expect(await readdir(join(directory, ".temporary"))).toEqual([]);
  });

  test.skipIf(!canMount)(
    "to a full disk is ERR_STORAGE_FULL, and the next small one succeeds",
    async () => {
      const directory = await temporaryDirectory();
      const outcome = await runWriter(onSmallDisk(), directory, 1_000_000);
      expect(outcome).toEqual(["open done", expect.stringMatching(full), "write done"]);
    },
  );
});

describe("opening", { timeout: 30_000 }, () => {
  test("what may not be written is ERR_STORAGE_DENIED", async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o555);
    // The superuser may write everywhere, so the program runs as somebody else.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const [opened] = await runWriter(":", join(directory, "images"), 10, user);
    expect(opened).toMatch(
      /^open ERR_STORAGE_DENIED: Cannot open .* in fs:here: permission denied/,
    );
  });

  test.each(["file", "file/images", "loop", "loop/images"])(
    "a path that is not a directory is ERR_STORAGE_UNAVAILABLE: %s",
    async (path) => {
      const directory = await temporaryDirectory();
      await writeFile(join(directory, "file"), "");
      await symlink("loop", join(directory, "loop"));
      const error: unknown = await createFsStorage({ directory: join(directory, path) }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({
        code: "ERR_STORAGE_UNAVAILABLE",
        message: expect.stringMatching(/another kind of file is in its place/),
      });
    },
  );

  test("where the system makes no directories is ERR_STORAGE_UNAVAILABLE", async () => {
    // Node's own recursive mkdir would not end there.
    const [opened] = await runWriter('exec timeout 20 "$@"', "/proc/nixery/images", 10);
    expect(opened).toMatch(/^open ERR_STORAGE_UNAVAILABLE: .*: a directory is missing \(ENOENT\)/);
  });

  test("can be aborted", async () => {
    const directory = join(await temporaryDirectory(), "images");
    const reason = new Error("enough");
    const opening = createFsStorage({ directory, signal: AbortSignal.abort(reason) });
    await expect(opening).rejects.toBe(reason);
  });
});

test("too many open files are ERR_STORAGE_UNAVAILABLE until some are closed", async () => {
  const directory = await temporaryDirectory();
  const tooMany =
    /ERR_STORAGE_UNAVAILABLE: .*: too many files are open \(EMFILE\)\. Raise the limit/;
  expect(await runLimited("greedy-reader.ts", "ulimit -n 64", [directory])).toEqual([
    expect.stringMatching(tooMany),
    expect.stringMatching(tooMany),
    "write done",
  ]);
  expect(await readdir(join(directory, ".temporary"))).toEqual([]);
  expect(await readdir(join(directory, ".records/layers"))).toHaveLength(2);
});

test.skipIf(!canMount)("a storage on a read-only disk can be opened and read", async () => {
  const directory = await temporaryDirectory();
  const [denied, readOnly] = ["ERR_STORAGE_DENIED: Cannot", "the file system is read-only"];
  const [write, remove] = [
    new RegExp(`^write ${denied} write layers/b in fs:here: ${readOnly}`),
    new RegExp(`^remove ${denied} remove layers/a in fs:here: ${readOnly}`),
  ].map((pattern): unknown => expect.stringMatching(pattern));
  expect(await runLimited("read-only-reader.ts", onSmallDisk(), [directory])).toEqual([
    "read 10",
    write,
    remove,
    "read 10",
    write,
    remove,
  ]);
});
