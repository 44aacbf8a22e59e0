import assert from "node:assert/strict";
import type { Storage } from "@nixery/storage";
import type { ConformanceGroup } from "./conformance-case.ts";
import { collect } from "./bytes.ts";
import { infosOf, keyOf, open, put, sample } from "./objects.ts";

const key = keyOf(1);

/** The version that every method shows; fails when two differ. */
export async function versionOf(storage: Storage, ofKey: string): Promise<string | undefined> {
  const looked = await storage.stat(ofKey);
  assert.ok(looked, `${ofKey} exists`);
  const { info, body } = await open(storage, ofKey);
  await collect(body, info.size);
  assert.equal(info.version, looked.version, "the version of a read is that of stat");
  for (const listed of await infosOf(storage, ofKey)) {
    assert.equal(listed.version, looked.version, "the version in a listing is that of stat");
  }
  return looked.version;
}

export const versionCases: ConformanceGroup = {
  name: "versions",
  cases: [
    {
      name: "are there when replace or removeVersion is, and are texts",
      async run({ storage, capabilities }) {
        await put(storage, key, sample(1));
        const version = await versionOf(storage, key);
        const isNeeded = capabilities.has("replace") || capabilities.has("remove-version");
        assert.ok(
          isNeeded || version !== undefined ? typeof version === "string" && version !== "" : true,
          `a version is a text that is not empty, not ${String(version)}`,
        );
      },
    },
    {
      name: "are the same in the result of the write, stat, read and list",
      async run({ storage }) {
        for (const seed of [1, 2]) {
          const { version } = await put(storage, key, sample(seed));
          assert.equal(await versionOf(storage, key), version, "the version is that of the write");
        }
      },
    },
    {
      name: "change with each write of other bytes",
      async run({ storage }) {
        const versions: unknown[] = [];
        for (let seed = 1; seed <= 10; seed += 1) {
          await put(storage, key, sample(seed));
          versions.push(await versionOf(storage, key));
          if (seed % 3 === 0) {
            await storage.remove(key);
          }
        }
        const known = versions.filter((version) => version !== undefined);
        assert.equal(new Set(known).size, known.length, "number of different versions");
      },
    },
    {
      name: "change when another object is moved there",
      async run({ storage }) {
        await put(storage, key, sample(1));
        const old = await versionOf(storage, key);
        await put(storage, "staging/a", sample(2));
        await storage.move("staging/a", key);
        const moved = await versionOf(storage, key);
        assert.ok(old === undefined || moved !== old, "the version of the old object is gone");
      },
    },
    {
      name: "stay while the object stays",
      async run({ storage }) {
        await put(storage, key, sample(1));
        const version = await versionOf(storage, key);
        await put(storage, keyOf(2), sample(2));
        await storage.remove(keyOf(2));
        assert.equal(await versionOf(storage, key), version);
      },
    },
    {
      name: "outlive the process",
      needs: ["reopen"],
      async run({ storage, reopen }) {
        await put(storage, key, sample(1));
        const version = await versionOf(storage, key);
        assert.equal(await versionOf(await reopen(), key), version);
      },
    },
  ],
};
