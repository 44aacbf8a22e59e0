import type { ByteRange, Storage } from "@nixery/storage";
import type { ConformanceGroup } from "./conformance-case.ts";
import { collect } from "./bytes.ts";
import { assertStorageError } from "./outcomes.ts";
import {
  type Expected,
  assertBytes,
  assertInfo,
  infoOf,
  keyOf,
  open,
  put,
  sample,
} from "./objects.ts";

const key = keyOf(1);
const size = 1000;

async function assertRange(storage: Storage, object: Expected, range: ByteRange): Promise<void> {
  const { body } = await open(storage, key, { range });
  const what = `bytes ${range.start}-${range.end ?? ""}`;
  const end = range.end === undefined ? undefined : range.end + 1;
  assertBytes(
    await collect(body, object.bytes.byteLength),
    object.bytes.subarray(range.start, end),
    what,
  );
}

export const rangeCases: ConformanceGroup = {
  name: "ranges",
  cases: [
    {
      name: "include both ends",
      async run({ storage }) {
        const object = sample(1, size);
        await put(storage, key, object);
        for (const [start, end] of [
          [0, 0],
          [0, 1],
          [1, 1],
          [0, 998],
          [499, 500],
          [998, 999],
        ] as const) {
          await assertRange(storage, object, { start, end });
        }
      },
    },
    {
      name: "without an end go to the last byte",
      async run({ storage }) {
        const object = sample(1, size);
        await put(storage, key, object);
        for (const start of [0, 1, 500, size - 1]) {
          await assertRange(storage, object, { start });
        }
      },
    },
    {
      name: "that end beyond the object end with it",
      async run({ storage }) {
        const object = sample(1, size);
        await put(storage, key, object);
        for (const end of [size, size + 1, 2 * size, Number.MAX_SAFE_INTEGER]) {
          await assertRange(storage, object, { start: 0, end });
          await assertRange(storage, object, { start: size - 1, end });
        }
      },
    },
    {
      name: "may be the whole object",
      async run({ storage }) {
        const object = sample(1, size);
        await put(storage, key, object);
        await assertRange(storage, object, { start: 0 });
        await assertRange(storage, object, { start: 0, end: size - 1 });
      },
    },
    {
      name: "reach far into a large object",
      async run({ storage, largeSize }) {
        const object = sample(1, largeSize);
        await put(storage, key, object);
        const middle = Math.floor(largeSize / 2);
        await assertRange(storage, object, { start: middle - 100_000, end: middle + 100_000 });
        await assertRange(storage, object, { start: largeSize - 3 });
        await assertRange(storage, object, { start: 1, end: largeSize - 2 });
      },
    },
    {
      name: "come with the size of the whole object",
      async run({ storage }) {
        const object = sample(1, size);
        await put(storage, key, object);
        for (const range of [{ start: 0, end: 0 }, { start: 500 }, { start: 10, end: 5000 }]) {
          const { info, body } = await open(storage, key, { range });
          await collect(body, size);
          assertInfo(info, infoOf(key, object), `info of a read from ${range.start}`);
        }
      },
    },
    {
      name: "that start at the end or later are ERR_STORAGE_RANGE",
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, sample(1, size));
        for (const start of [size, size + 1, 10 * size]) {
          const read = storage.read(key, { range: { start } });
          await assertStorageError(subject, read, "ERR_STORAGE_RANGE", key);
        }
        await put(storage, keyOf(2), sample(1, 0));
        const empty = storage.read(keyOf(2), { range: { start: 0, end: 0 } });
        await assertStorageError(subject, empty, "ERR_STORAGE_RANGE", keyOf(2));
      },
    },
    {
      name: "that are invalid are ERR_STORAGE_RANGE",
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, sample(1, size));
        for (const range of [
          { start: 2, end: 1 },
          { start: -1 },
          { start: -10, end: 5 },
          { start: 0, end: -1 },
          { start: 0.5 },
          { start: Number.NaN },
        ]) {
          const read = storage.read(key, { range });
          await assertStorageError(subject, read, "ERR_STORAGE_RANGE", key);
        }
      },
    },
  ],
};
