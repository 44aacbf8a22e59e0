import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createFsStorage } from "@nixery/storage-fs";
import { temporaryDirectory } from "./support/directory.ts";
import { bytesOf, collect } from "./support/objects.ts";
import { type StorageProcess, startProcess } from "./support/process.ts";

const processes = 4;
const kills = 12;
/** Of each process before it is killed. */
const increments = 8;

test(
  `no increment by ${processes} processes is lost, although ${kills} are killed`,
  { timeout: 120_000 },
  async () => {
    const directory = await temporaryDirectory();
    const values: string[] = [];
    const running = new Set<StorageProcess>();
    onTestFinished(async () => {
      await Promise.all([...running].map(async (one) => one.kill()));
    });
    /** Counts until the process is killed, and goes on until all its messages have come. */
    const count = async (): Promise<void> => {
      const one = startProcess("counting-process.ts", [directory]);
      running.add(one);
      for (let step = 0; step < increments; step += 1) {
        values.push(await one.message());
      }
      await one.kill();
      running.delete(one);
      for (let value = await one.message(); value !== "exit"; value = await one.message()) {
        values.push(value);
      }
    };
    await Promise.all(
      Array.from({ length: processes }, async () => {
        for (let kill = 0; kill < kills / processes; kill += 1) {
          await count();
        }
      }),
    );

    const storage = await createFsStorage({ directory });
    const result = await storage.read("leases/counter");
    const final = Number((await collect(result?.body ?? bytesOf(""))).toString());
    expect(values).not.toContain("exit");
    expect(new Set(values).size).toBe(values.length);
    expect(values.length).toBeGreaterThanOrEqual(kills * increments);
    // Each kill may have come after an increment and before its message.
    expect(final - values.length).toBeGreaterThanOrEqual(0);
    expect(final - values.length).toBeLessThanOrEqual(kills);
    for (const name of [".locks", ".temporary"]) {
      expect(await readdir(join(directory, name))).toEqual([]);
    }
    expect(await readdir(join(directory, ".records/leases"))).toHaveLength(1);
  },
);
