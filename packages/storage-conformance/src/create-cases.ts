import assert from "node:assert/strict";
import type { ConformanceGroup } from "./conformance-case.ts";
import {
  assertFailsCleanly,
  assertLosesTo,
  assertOneWins,
  assertRefuses,
  assertWrites,
  creating,
} from "./conditional.ts";
import { assertAbsent, assertObject, keyOf, listOf, put, sample } from "./objects.ts";
import { during } from "./outcomes.ts";
import { pausing } from "./sources.ts";
import { versionOf } from "./version-cases.ts";

const key = keyOf(1);
const needs = ["create"] as const;

export const createCases: ConformanceGroup = {
  name: "create",
  cases: [
    {
      name: "stores an object where there is none",
      needs,
      async run({ storage }) {
        for (const size of [0, 1, 100_000]) {
          const newKey = keyOf(size);
          await assertWrites(storage, newKey, creating(storage, newKey), sample(1, size));
        }
      },
    },
    {
      name: "keeps the object that is there",
      needs,
      async run({ storage }) {
        const create = creating(storage, key);
        await put(storage, key, sample(1));
        const version = await versionOf(storage, key);
        await assertRefuses(create, sample(2, 100_000));
        await assertObject(storage, key, sample(1));
        assert.equal(await versionOf(storage, key), version, "the version of the old object");
        await assertWrites(storage, keyOf(2), creating(storage, keyOf(2)), sample(3));
        await assertRefuses(creating(storage, keyOf(2)), sample(4, 0));
        await assertObject(storage, keyOf(2), sample(3));
      },
    },
    {
      name: "stores an object again after a removal or a move",
      needs,
      async run({ storage }) {
        const create = creating(storage, key);
        await assertWrites(storage, key, create, sample(1));
        await storage.remove(key);
        await assertWrites(storage, key, create, sample(2));
        await storage.move(key, keyOf(2));
        await assertWrites(storage, key, create, sample(3));
        await assertObject(storage, keyOf(2), sample(2));
      },
    },
    {
      name: "stores a large object, and keeps it",
      needs,
      async run({ storage, largeSize }) {
        const create = creating(storage, key);
        await assertWrites(storage, key, create, sample(1, largeSize));
        await assertRefuses(create, sample(2, largeSize));
        await assertObject(storage, key, sample(1, largeSize));
      },
    },
    {
      name: "succeeds once at the same time",
      needs,
      async run({ storage }) {
        for (let round = 0; round < 3; round += 1) {
          const newKey = keyOf(round);
          await assertOneWins(storage, newKey, creating(storage, newKey));
        }
      },
    },
    {
      name: "keeps an object that is written meanwhile",
      needs,
      async run(subject) {
        const { storage } = subject;
        await assertLosesTo(subject, creating(storage, key), async () =>
          put(storage, key, sample(1)),
        );
        await assertObject(storage, key, sample(1));
      },
    },
    {
      name: "shows nothing before it resolves",
      needs,
      async run(subject) {
        const { storage } = subject;
        const { bytes, contentType } = sample(1, 200_000);
        const { source, paused, resume } = pausing(bytes);
        const running = creating(storage, key)(source, { contentType });
        await during(subject, running, paused, "the source is read");
        await assertAbsent(storage, key);
        assert.deepEqual(await listOf(storage, ""), []);
        resume();
        assert.notEqual(await running, undefined, "the result of a create");
        await assertObject(storage, key, { bytes, contentType });
      },
    },
    {
      name: "leaves nothing when its source fails or it is aborted",
      needs,
      async run(subject) {
        const { storage } = subject;
        const create = creating(storage, key);
        await assertFailsCleanly(subject, create, async () => {
          await assertAbsent(storage, key);
          assert.deepEqual(await listOf(storage, ""), []);
        });
        await assertWrites(storage, key, create, sample(2));
      },
    },
  ],
};
