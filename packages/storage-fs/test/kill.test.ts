import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFsStorage } from "@nixery/storage-fs";
import { temporaryDirectory } from "./support/directory.ts";
import { bytesOf, collect, torn, typeOf } from "./support/objects.ts";
import { startProcess } from "./support/process.ts";

const kills = 25;

/** What the process said until it was killed at its `steps`-th step: the last seed of each key. */
async function killAtStep(directory: string, steps: number): Promise<ReadonlyMap<string, number>> {
  const writer = startProcess("busy-writer.ts", [directory]);
  const stored = new Map<string, number>();
  for (let step = 0; step < steps; step += 1) {
    const [what, key = "", seed] = (await writer.message()).split(" ");
    expect(what).not.toBe("exit");
    if (what === "stored") {
      stored.set(key, Number(seed));
    }
  }
  await writer.kill();
  return stored;
}

test(`objects survive ${kills} kills of their writer whole`, { timeout: 120_000 }, async () => {
  for (let kill = 0; kill < kills; kill += 1) {
    const directory = await temporaryDirectory();
    const stored = await killAtStep(directory, 3 + kill * 3);

    const storage = await createFsStorage({ directory });
    expect(await torn(storage)).toEqual([]);
    for (const [key, seed] of stored) {
      const info = await storage.stat(key);
      // Something later may have replaced or removed it just before the kill.
      const latest = Number(/^object\/(\d+)/.exec(info?.contentType ?? "object/1000000")?.[1]);
      expect(latest).toBeGreaterThanOrEqual(seed);
    }
    expect(await readdir(join(directory, "staging"))).toEqual([]);
    expect(await readdir(join(directory, ".temporary"))).toEqual([]);
    const objects = await readdir(join(directory, "layers"));
    const records = await readdir(join(directory, ".records/layers"));
    expect(records.map((name) => name.replace(/@.*/, "")).toSorted()).toEqual(objects.toSorted());
    expect(await readdir(join(directory, ".records/staging"))).toEqual([]);
    expect(await readdir(join(directory, ".locks"))).toEqual([]);
  }
});

test("a second process does not harm what a live one writes", { timeout: 30_000 }, async () => {
  const directory = await temporaryDirectory();
  const writer = startProcess("slow-writer.ts", [directory]);
  expect(await writer.message()).toBe("half-way");

  const storage = await createFsStorage({ directory });
  expect((await storage.stat("staging/staged"))?.size).toBe(50_000);
  writer.child.send("go on");
  expect(await writer.message()).toBe("done");

  expect(await torn(storage)).toEqual([]);
  const read = await storage.read("layers/staged");
  const expected = await collect(bytesOf(typeOf(1, 50_000)));
  expect((await collect(read?.body ?? bytesOf(""))).equals(expected)).toBe(true);
  expect((await storage.stat("layers/slow"))?.size).toBe(20_000);
});
