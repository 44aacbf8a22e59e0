import assert from "node:assert/strict";
import type { ConformanceGroup } from "./conformance-case.ts";
import { assertAbsent, assertObject, keyOf, put, sample } from "./objects.ts";

const key = keyOf(1);

export const removeCases: ConformanceGroup = {
  name: "removals",
  cases: [
    {
      name: "leave nothing of the object",
      async run({ storage }) {
        await put(storage, key, sample(1));
        await storage.remove(key);
        await assertAbsent(storage, key);
      },
    },
    {
      name: "leave other objects",
      async run({ storage }) {
        await put(storage, "layer-cache/a", sample(1));
        await put(storage, "layer-cache/ab", sample(2));
        await put(storage, "blobs/a", sample(3));
        await storage.remove("layer-cache/a");
        await assertObject(storage, "layer-cache/ab", sample(2));
        await assertObject(storage, "blobs/a", sample(3));
      },
    },
    {
      name: "of a missing object are not an error",
      async run({ storage }) {
        assert.equal(await storage.remove(key), undefined);
        await put(storage, key, sample(1));
        await storage.remove(key);
        assert.equal(await storage.remove(key), undefined);
      },
    },
    {
      name: "make room for another object",
      async run({ storage }) {
        await put(storage, key, sample(1, 5000));
        await storage.remove(key);
        await put(storage, key, sample(2));
        await assertObject(storage, key, sample(2));
      },
    },
    {
      name: "outlive the process",
      needs: ["reopen"],
      async run({ storage, reopen }) {
        await put(storage, key, sample(1));
        await put(storage, keyOf(2), sample(2));
        await storage.remove(key);
        const again = await reopen();
        await assertAbsent(again, key);
        await assertObject(again, keyOf(2), sample(2));
      },
    },
  ],
};
