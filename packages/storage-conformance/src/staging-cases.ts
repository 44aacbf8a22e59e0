import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type OperationOptions, stagingKey, type Storage } from "@nixery/storage";
import type { ConformanceGroup } from "./conformance-case.ts";
import { chunksOf } from "./bytes.ts";
import { assertObject, type Expected, listOf, sample } from "./objects.ts";
import { assertRejectsWith } from "./outcomes.ts";
import { failing } from "./sources.ts";

/** Stores an object whose digest is known after its last byte, as a registry does. */
async function store(
  storage: Storage,
  source: AsyncIterable<Uint8Array>,
  { bytes, contentType }: Expected,
  options: OperationOptions = {},
): Promise<string> {
  const staging = stagingKey();
  const written = await storage.write(staging, source, { contentType, ...options });
  const key = `blobs/sha256-${createHash("sha256").update(bytes).digest("hex")}`;
  const present = await storage.stat(key, options);
  if (present?.size === written.size) {
    await storage.remove(staging, options);
  } else {
    await storage.move(staging, key, options);
  }
  return key;
}

export const stagingCases: ConformanceGroup = {
  name: "staged objects",
  cases: [
    {
      name: "move to the key of their digest and leave nothing staged",
      async run({ storage }) {
        for (const size of [0, 100_000]) {
          const object = sample(1, size);
          const key = await store(storage, chunksOf(object.bytes), object);
          await assertObject(storage, key, object);
        }
        assert.deepEqual(await listOf(storage, "staging/"), []);
      },
    },
    {
      name: "with equal bytes become one object, also at the same time",
      async run({ storage }) {
        const object = sample(1, 100_000);
        const storeOnce = async (): Promise<string> =>
          store(storage, chunksOf(object.bytes), object);
        const keys = await Promise.all([storeOnce(), storeOnce(), storeOnce()]);
        const again = await storeOnce();
        assert.deepEqual(new Set(keys), new Set([again]));
        await assertObject(storage, again, object);
        assert.equal((await listOf(storage, "")).length, 1, "number of objects");
      },
    },
    {
      name: "are not visible when their source fails",
      async run(subject) {
        const { storage } = subject;
        const object = sample(1);
        const error = new Error("the source is out of order");
        const stored = store(storage, failing(object.bytes, error), object);
        await assertRejectsWith(subject, stored, error, "a staged write whose source fails");
        assert.deepEqual(await listOf(storage, ""), []);
      },
    },
    {
      name: "are not visible when their write is aborted",
      async run(subject) {
        const { storage } = subject;
        const controller = new AbortController();
        const reason = new Error("the caller aborted");
        const aborting = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
          yield sample(1).bytes;
          controller.abort(reason);
          yield sample(2).bytes;
        };
        const { signal } = controller;
        const stored = store(storage, aborting(), sample(1), { signal });
        await assertRejectsWith(subject, stored, reason, "an aborted staged write");
        assert.deepEqual(await listOf(storage, ""), []);
      },
    },
  ],
};
