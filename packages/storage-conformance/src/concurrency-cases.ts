import assert from "node:assert/strict";
import { type Storage, isStorageError } from "@nixery/storage";
import type { ConformanceGroup } from "./conformance-case.ts";
import { collect, restOf } from "./bytes.ts";
import {
  type Expected,
  assertAbsent,
  assertBytes,
  assertInfo,
  assertObject,
  assertOneOf,
  infoOf,
  keyOf,
  open,
  put,
  sample,
} from "./objects.ts";

const key = keyOf(1);

/** As {@link assertOneOf}, but the object may be replaced before it is read to its end. */
async function assertOneOfOrFailed(
  storage: Storage,
  candidates: readonly Expected[],
): Promise<void> {
  try {
    await assertOneOf(storage, key, candidates);
  } catch (error) {
    if (!isStorageError(error)) {
      throw error;
    }
  }
}

/** Continues to read an object that `change` replaces or removes after the first chunk. */
async function assertWholeOrFailed(
  storage: Storage,
  object: Expected,
  change: () => Promise<unknown>,
): Promise<void> {
  await put(storage, key, object);
  const result = await open(storage, key);
  const body = result.body[Symbol.asyncIterator]();
  const first = await body.next();
  assert.ok(first.done !== true, "there is a first chunk");
  await change();
  const [rest] = await Promise.allSettled([collect(restOf(body), object.bytes.byteLength)]);
  if (rest.status === "rejected") {
    assert.ok(isStorageError(rest.reason), `expected a StorageError, got ${String(rest.reason)}`);
    return;
  }
  const bytes = Buffer.concat([first.value, rest.value]);
  assertBytes(bytes, object.bytes, "an object that changed while it was read");
}

export const concurrencyCases: ConformanceGroup = {
  name: "at the same time",
  cases: [
    {
      name: "writes of one key leave one of their objects, whole",
      async run({ storage }) {
        const objects = Array.from({ length: 8 }, (_, seed) => sample(seed + 1, 40_000 + seed));
        for (let round = 0; round < 3; round += 1) {
          const infos = await Promise.all(objects.map(async (object) => put(storage, key, object)));
          for (const [index, object] of objects.entries()) {
            assertInfo(infos[index], infoOf(key, object), "the result of each write");
          }
          await assertOneOf(storage, key, objects);
        }
      },
    },
    {
      name: "readers see one whole object while it is replaced",
      async run({ storage }) {
        const objects = [sample(1, 150_000), sample(2, 100_000)];
        await put(storage, key, sample(1, 150_000));
        const write = async (): Promise<void> => {
          for (let round = 0; round < 10; round += 1) {
            for (const object of objects) {
              await put(storage, key, object);
            }
          }
        };
        const read = async (): Promise<void> => {
          for (let round = 0; round < 30; round += 1) {
            await assertOneOfOrFailed(storage, objects);
          }
        };
        await Promise.all([write(), read(), read()]);
        await assertOneOf(storage, key, objects);
      },
    },
    {
      name: "a reader of a replaced object gets the old one or an error, never a mixture",
      async run({ storage, largeSize }) {
        const replacement = sample(2, largeSize);
        await assertWholeOrFailed(storage, sample(1, largeSize), async () =>
          put(storage, key, replacement),
        );
        await assertObject(storage, key, replacement);
      },
    },
    {
      name: "a reader of a removed object gets it or an error",
      async run({ storage, largeSize }) {
        const object = sample(1, largeSize);
        await assertWholeOrFailed(storage, object, async () => storage.remove(key));
        await assertAbsent(storage, key);
      },
    },
    {
      name: "many objects are written and read",
      async run({ storage }) {
        const numbers = Array.from({ length: 40 }, (_, index) => index + 1);
        await Promise.all(
          numbers.map(async (number) => {
            await put(storage, `staging/a-${number}`, sample(number));
            await storage.move(`staging/a-${number}`, keyOf(number));
            await assertObject(storage, keyOf(number), sample(number));
          }),
        );
        for (const number of numbers) {
          await assertObject(storage, keyOf(number), sample(number));
        }
      },
    },
  ],
};
