import assert from "node:assert/strict";
import type { ConformanceGroup } from "./conformance-case.ts";
import { chunksOf } from "./bytes.ts";
import { assertAbsent, assertObject, keyOf, listOf, put, sample } from "./objects.ts";
import { assertRejectsWith, during } from "./outcomes.ts";
import { failing, pausing } from "./sources.ts";

const key = keyOf(1);

export const writeCases: ConformanceGroup = {
  name: "writes",
  cases: [
    {
      name: "show nothing before they resolve",
      async run(subject) {
        const { storage } = subject;
        const object = sample(1, 200_000);
        const { source, paused, resume } = pausing(object.bytes);
        const write = storage.write(key, source, object);
        await during(subject, write, paused, "the source is read");
        await assertAbsent(storage, key);
        assert.deepEqual(await listOf(storage, ""), []);
        resume();
        await write;
        await assertObject(storage, key, object);
      },
    },
    {
      name: "show the old object until they resolve",
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, sample(1));
        const object = sample(2, 200_000);
        const { source, paused, resume } = pausing(object.bytes);
        const write = storage.write(key, source, object);
        await during(subject, write, paused, "the source is read");
        await assertObject(storage, key, sample(1));
        resume();
        await write;
        await assertObject(storage, key, object);
      },
    },
    {
      name: "replace the whole object",
      async run({ storage }) {
        for (const size of [100_000, 10, 50_000, 0, 1]) {
          const object = sample(size + 1, size);
          await put(storage, key, object);
          await assertObject(storage, key, object);
        }
      },
    },
    {
      name: "leave nothing when their source fails",
      async run(subject) {
        const { storage } = subject;
        for (const size of [0, 10, 300_000]) {
          const error = new Error("the source is out of order");
          const write = storage.write(key, failing(sample(1, size).bytes, error), sample(1));
          await assertRejectsWith(subject, write, error, "a write whose source fails");
          await assertAbsent(storage, key);
        }
        assert.deepEqual(await listOf(storage, ""), []);
      },
    },
    {
      name: "leave the old object when their source fails",
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, sample(1));
        const error = new Error("the source is out of order");
        const write = storage.write(key, failing(sample(2, 300_000).bytes, error), sample(2));
        await assertRejectsWith(subject, write, error, "a write whose source fails");
        await assertObject(storage, key, sample(1));
      },
    },
    {
      name: "pass on an error of their source that looks like a system error",
      async run(subject) {
        const error = Object.assign(new Error("no such input"), { code: "ENOENT" });
        const write = subject.storage.write(key, failing(sample(1).bytes, error), sample(1));
        await assertRejectsWith(subject, write, error, "a write whose source fails");
        await assertAbsent(subject.storage, key);
      },
    },
    {
      name: "ask their source for one chunk at a time, and for none after the last",
      async run({ storage }) {
        const object = sample(1, 300_000);
        const chunks = chunksOf(object.bytes, 10_000);
        let asking = 0;
        let maxAsking = 0;
        let ended = 0;
        const source = {
          [Symbol.asyncIterator]: () => ({
            async next() {
              asking += 1;
              maxAsking = Math.max(maxAsking, asking);
              const step = await chunks.next();
              asking -= 1;
              ended += step.done === true ? 1 : 0;
              return step;
            },
          }),
        };
        await storage.write(key, source, object);
        assert.equal(maxAsking, 1, "number of chunks that are asked for at a time");
        assert.equal(ended, 1, "number of times that the end is asked for");
        await assertObject(storage, key, object);
      },
    },
  ],
};
