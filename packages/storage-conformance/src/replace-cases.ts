import assert from "node:assert/strict";
import type { ConformanceGroup } from "./conformance-case.ts";
import {
  assertFailsCleanly,
  assertLosesTo,
  assertOneWins,
  assertRefuses,
  assertWrites,
  replacing,
  requiredVersion,
  writeVersions,
} from "./conditional.ts";
import { assertAbsent, assertObject, keyOf, put, sample } from "./objects.ts";

const key = keyOf(1);
const needs = ["replace"] as const;

export const replaceCases: ConformanceGroup = {
  name: "replace",
  cases: [
    {
      name: "stores an object in place of the version that it names",
      needs,
      async run({ storage }) {
        await put(storage, key, sample(1));
        for (const size of [100_000, 0, 1]) {
          const version = await requiredVersion(storage, key);
          await assertWrites(storage, key, replacing(storage, key, version), sample(2, size));
          assert.notEqual(await requiredVersion(storage, key), version, "the new version");
        }
      },
    },
    {
      name: "stores a large object",
      needs,
      async run({ storage, largeSize }) {
        await put(storage, key, sample(1));
        const version = await requiredVersion(storage, key);
        const replace = replacing(storage, key, version);
        await assertWrites(storage, key, replace, sample(2, largeSize));
        await assertRefuses(replace, sample(3, largeSize));
        await assertObject(storage, key, sample(2, largeSize));
      },
    },
    {
      name: "keeps an object that has another version",
      needs,
      async run({ storage }) {
        const { current: version, stale, foreign } = await writeVersions(storage, key, keyOf(2));
        for (const other of [stale, foreign]) {
          await assertRefuses(replacing(storage, key, other), sample(4, 100_000));
          await assertObject(storage, key, sample(2));
          assert.equal(await requiredVersion(storage, key), version, "the version of the object");
        }
        await assertWrites(storage, key, replacing(storage, key, version), sample(5));
        await assertRefuses(replacing(storage, key, version), sample(6));
        await assertObject(storage, key, sample(5));
      },
    },
    {
      name: "stores nothing where there is no object",
      needs,
      async run({ storage }) {
        await put(storage, key, sample(1));
        const version = await requiredVersion(storage, key);
        await storage.remove(key);
        await assertRefuses(replacing(storage, key, version), sample(2));
        await assertAbsent(storage, key);
      },
    },
    {
      name: "succeeds once at the same time",
      needs,
      async run({ storage }) {
        await put(storage, key, sample(1));
        for (let round = 0; round < 3; round += 1) {
          const version = await requiredVersion(storage, key);
          await assertOneWins(storage, key, replacing(storage, key, version));
          // Other bytes than those of the last round.
          await put(storage, key, sample(round + 2));
        }
      },
    },
    {
      name: "keeps an object that is written or removed meanwhile",
      needs,
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, sample(1));
        const version = await requiredVersion(storage, key);
        await assertLosesTo(subject, replacing(storage, key, version), async () =>
          put(storage, key, sample(2)),
        );
        await assertObject(storage, key, sample(2));
        const next = await requiredVersion(storage, key);
        await assertLosesTo(subject, replacing(storage, key, next), async () => {
          await assertObject(storage, key, sample(2));
          await storage.remove(key);
        });
        await assertAbsent(storage, key);
      },
    },
    {
      name: "leaves the old object when its source fails or it is aborted",
      needs,
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, sample(1));
        const version = await requiredVersion(storage, key);
        const replace = replacing(storage, key, version);
        await assertFailsCleanly(subject, replace, async () => {
          await assertObject(storage, key, sample(1));
          assert.equal(await requiredVersion(storage, key), version, "the version of the object");
        });
        await assertWrites(storage, key, replace, sample(2));
      },
    },
  ],
};
