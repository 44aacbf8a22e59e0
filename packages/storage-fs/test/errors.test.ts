import { type SpawnOptions, spawn } from "node:child_process";
import { chmod, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { hasNamespaces } from "../../../scripts/peers.mjs";
import { isStorageError } from "@nixery/storage";
import { createFsStorage } from "@nixery/storage-fs";
import { temporaryDirectory } from "./support/directory.ts";
import { bytesOf, typeOf } from "./support/objects.ts";

const program = fileURLToPath(new URL("support/failing-writer.ts", import.meta.url));
const node = [process.execPath, "--conditions=@nixery/source", program];

/** What the program says in a shell that runs `setup` first. */
async function runLimited(
  setup: string,
  directory: string,
  size: number,
  options: SpawnOptions = {},
): Promise<readonly string[]> {
  const script = `set -e; ${setup}; exec "$@"`;
  const args = ["-c", script, directory, ...node, directory, String(size)];
  const child = spawn("/bin/sh", args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const output = await text(child.stdout ?? []);
  return output.trimEnd().split("\n");
}

const full =
  /^write ERR_STORAGE_FULL: fs:here cannot write layers\/a \((?:EFBIG|ENOSPC)\): no space/;

/** npm test says in one line where it is not so; CI fails there. */
const canMount = process.env["CI"] !== undefined || hasNamespaces();

describe("a write", { timeout: 30_000 }, () => {
  test("of more than a file may hold is ERR_STORAGE_FULL and leaves nothing", async () => {
    const directory = await temporaryDirectory();
    // In blocks of 512 bytes.
    const outcome = await runLimited("ulimit -f 200", directory, 1_000_000);
    expect(outcome).toEqual(["open done", expect.stringMatching(full), "write done"]);
    expect(await readdir(join(directory, "layers"))).toEqual(["b"]);
    expect(await readdir(join(directory, "temporary"))).toEqual([]);
  });

  test.skipIf(!canMount)(
    "to a full disk is ERR_STORAGE_FULL, and the next small one succeeds",
    async () => {
      const directory = await temporaryDirectory();
      const mount = 'mount -t tmpfs -o size=512k tmpfs "$0"';
      const unshare = `exec unshare --mount --map-root-user /bin/sh -c '${mount} && exec "$@"' "$0" "$@"`;
      const outcome = await runLimited(unshare, directory, 1_000_000);
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
    const [opened] = await runLimited(":", join(directory, "images"), 10, user);
    expect(opened).toMatch(/^open ERR_STORAGE_DENIED: fs:here cannot open .*permission is denied/);
  });

  test.each(["file", "file/images", "loop", "loop/images"])(
    "what is no directory is ERR_STORAGE_UNAVAILABLE: %s",
    async (path) => {
      const directory = await temporaryDirectory();
      await writeFile(join(directory, "file"), "");
      await symlink("loop", join(directory, "loop"));
      const error: unknown = await createFsStorage({ directory: join(directory, path) }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({
        code: "ERR_STORAGE_UNAVAILABLE",
        message: expect.stringMatching(/something else is in its place/),
      });
    },
  );

  test("where the system has no folders to make is ERR_STORAGE_UNAVAILABLE", async () => {
    // Node's own recursive mkdir would not end there.
    const [opened] = await runLimited('exec timeout 20 "$@"', "/proc/nixery/images", 10);
    expect(opened).toMatch(/^open ERR_STORAGE_UNAVAILABLE: .*\(ENOENT\): its folder is not there/);
  });

  test("can be aborted", async () => {
    const directory = join(await temporaryDirectory(), "images");
    const reason = new Error("enough");
    const opening = createFsStorage({ directory, signal: AbortSignal.abort(reason) });
    await expect(opening).rejects.toBe(reason);
  });
});

test("a directory that has gone is ERR_STORAGE_UNAVAILABLE", async () => {
  const directory = join(await temporaryDirectory(), "images");
  const storage = await createFsStorage({ directory });
  await rm(directory, { recursive: true });
  const type = typeOf(1, 10);
  const write = storage.write("layers/a", bytesOf(type), { contentType: type });
  const error: unknown = await write.catch((reason: unknown) => reason);
  expect(isStorageError(error, "ERR_STORAGE_UNAVAILABLE")).toBe(true);
  expect(await storage.stat("layers/a")).toBe(undefined);
  await mkdir(directory);
});
