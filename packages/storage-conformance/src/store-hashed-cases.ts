import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { layerKey, storeHashed } from "@nixery/storage";
import type { ConformanceGroup } from "./conformance-case.ts";
import { chunksOf } from "./bytes.ts";
import { assertObject, listOf, sample } from "./objects.ts";
import { assertRejectsWith } from "./outcomes.ts";

export const storeHashedCases: ConformanceGroup = {
  name: "storeHashed",
  cases: [
    {
      name: "puts an object under its digest and leaves nothing staged",
      async run({ storage }) {
        for (const size of [0, 100_000]) {
          const object = sample(1, size);
          const hex = createHash("sha256").update(object.bytes).digest("hex");
          const stored = await storeHashed(storage, chunksOf(object.bytes), object);
          assert.deepEqual(stored, { digest: `sha256:${hex}`, size, key: layerKey(hex) });
          await assertObject(storage, stored.key, object);
        }
        assert.deepEqual(await listOf(storage, "staging/"), []);
      },
    },
    {
      name: "puts the same object twice, also at the same time",
      async run({ storage }) {
        const object = sample(1, 100_000);
        const store = async (): Promise<string> =>
          (await storeHashed(storage, chunksOf(object.bytes), object)).key;
        const keys = await Promise.all([store(), store(), store()]);
        const again = await store();
        assert.deepEqual(new Set(keys), new Set([again]));
        await assertObject(storage, again, object);
        assert.equal((await listOf(storage, "")).length, 1, "number of objects");
      },
    },
    {
      name: "leaves nothing when its source fails",
      async run(subject) {
        const { storage } = subject;
        const error = new Error("the source is out of order");
        const failing = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
          yield sample(1).bytes;
          throw error;
        };
        const stored = storeHashed(storage, failing(), sample(1));
        await assertRejectsWith(subject, stored, error, "a storeHashed whose source fails");
        assert.deepEqual(await listOf(storage, ""), []);
      },
    },
    {
      name: "leaves nothing when it is aborted",
      async run(subject) {
        const { storage } = subject;
        const controller = new AbortController();
        const reason = new Error("the caller has gone");
        const aborting = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
          yield sample(1).bytes;
          controller.abort(reason);
          yield sample(2).bytes;
        };
        const { signal } = controller;
        const stored = storeHashed(storage, aborting(), { ...sample(1), signal });
        await assertRejectsWith(subject, stored, reason, "an aborted storeHashed");
        assert.deepEqual(await listOf(storage, ""), []);
      },
    },
  ],
};
