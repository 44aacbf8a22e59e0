import assert from "node:assert/strict";
import type { ConformanceGroup } from "./conformance-case.ts";
import { removingVersion, replacing, requiredVersion, writeVersions } from "./conditional.ts";
import { chunksOf } from "./bytes.ts";
import { assertAbsent, assertObject, keyOf, put, sample } from "./objects.ts";

const key = keyOf(1);
const needs = ["remove-version"] as const;

export const removeVersionCases: ConformanceGroup = {
  name: "removeVersion",
  cases: [
    {
      name: "removes the object that has the version",
      needs,
      async run({ storage }) {
        await put(storage, key, sample(1));
        await put(storage, keyOf(2), sample(2));
        const version = await requiredVersion(storage, key);
        assert.equal(await removingVersion(storage, key, version), true);
        await assertAbsent(storage, key);
        await assertObject(storage, keyOf(2), sample(2));
      },
    },
    {
      name: "keeps an object that has another version",
      needs,
      async run({ storage }) {
        const { stale, foreign } = await writeVersions(storage, key, keyOf(2));
        for (const other of [stale, foreign]) {
          assert.equal(await removingVersion(storage, key, other), false);
          await assertObject(storage, key, sample(2));
        }
      },
    },
    {
      name: "resolves to false where there is no object",
      needs,
      async run({ storage }) {
        await put(storage, key, sample(1));
        const version = await requiredVersion(storage, key);
        await storage.remove(key);
        assert.equal(await removingVersion(storage, key, version), false);
      },
    },
    {
      name: "succeeds once at the same time",
      needs,
      async run({ storage }) {
        for (let round = 1; round <= 3; round += 1) {
          await put(storage, key, sample(round));
          const version = await requiredVersion(storage, key);
          const removals = Array.from({ length: 8 }, async () =>
            removingVersion(storage, key, version),
          );
          const results = await Promise.all(removals);
          assert.equal(results.filter(Boolean).length, 1, "number of calls that succeed");
          await assertAbsent(storage, key);
        }
      },
    },
    {
      name: "keeps an object that is written at the same time",
      needs,
      async run({ storage }) {
        for (let round = 1; round <= 10; round += 1) {
          await put(storage, key, sample(2 * round));
          const version = await requiredVersion(storage, key);
          const next = sample(2 * round + 1);
          await Promise.all([removingVersion(storage, key, version), put(storage, key, next)]);
          // In either order, the new object has another version.
          await assertObject(storage, key, next);
        }
      },
    },
    {
      name: "or a replace of the same version succeeds, never both",
      needs: ["remove-version", "replace"],
      async run({ storage }) {
        for (let round = 1; round <= 10; round += 1) {
          await put(storage, key, sample(2 * round));
          const version = await requiredVersion(storage, key);
          const next = sample(2 * round + 1);
          const [written, isRemoved] = await Promise.all([
            replacing(storage, key, version)(chunksOf(next.bytes), { ...next }),
            removingVersion(storage, key, version),
          ]);
          assert.equal(written === undefined, isRemoved, "one of the two succeeds");
          await (isRemoved ? assertAbsent(storage, key) : assertObject(storage, key, next));
        }
      },
    },
  ],
};
