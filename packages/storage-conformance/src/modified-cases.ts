import assert from "node:assert/strict";
import type { ObjectInfo, Storage } from "@nixery/storage";
import type { ConformanceGroup } from "./conformance-case.ts";
import { collect } from "./bytes.ts";
import { infosOf, keyOf, open, put, sample } from "./objects.ts";

const key = keyOf(1);

/** In milliseconds; the clocks of the test and of a service may differ by so much. */
const maxClockSkew = 60_000;

/** In milliseconds; a service may cut times to the second in some of its responses. */
const precision = 1000;

/** The object of `key`, as every method that describes it shows it. */
async function descriptionsOf(storage: Storage): Promise<readonly ObjectInfo[]> {
  const looked = await storage.stat(key);
  assert.ok(looked, `${key} exists`);
  const whole = await open(storage, key);
  await collect(whole.body, whole.info.size);
  const part = await open(storage, key, { range: { start: 1, end: 2 } });
  await collect(part.body, part.info.size);
  return [looked, whole.info, part.info, ...(await infosOf(storage, key))];
}

/** Asserts that all methods show about the same time, between `start` and now. */
async function assertModified(storage: Storage, start: number): Promise<void> {
  const infos = await descriptionsOf(storage);
  for (const { modified } of infos) {
    assert.ok(modified instanceof Date, `modified is a Date, not ${String(modified)}`);
    const time = modified.getTime();
    assert.ok(time >= start - maxClockSkew, `modified is at or after the write, not ${time}`);
    assert.ok(time <= Date.now() + maxClockSkew, `modified is not in the future: ${time}`);
    const difference = Math.abs(time - Number(infos[0]?.modified));
    assert.ok(difference <= precision, `modified differs by ${difference} ms between methods`);
  }
}

export const modifiedCases: ConformanceGroup = {
  name: "modification times",
  cases: [
    {
      name: "are the time of the write",
      async run({ storage }) {
        const start = Date.now();
        await put(storage, key, sample(1));
        await assertModified(storage, start);
        await put(storage, key, sample(2));
        await assertModified(storage, start);
      },
    },
    {
      name: "are there for a moved object",
      async run({ storage }) {
        const start = Date.now();
        await put(storage, "staging/a", sample(1));
        await storage.move("staging/a", key);
        await assertModified(storage, start);
      },
    },
    {
      name: "outlive the process",
      needs: ["reopen"],
      async run({ storage, reopen }) {
        const start = Date.now();
        await put(storage, key, sample(1));
        await assertModified(await reopen(), start);
      },
    },
  ],
};
