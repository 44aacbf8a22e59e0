import type { ConformanceGroup } from "./conformance-case.ts";
import { assertAbsent, assertObject, keyOf, put, sample } from "./objects.ts";
import { assertStorageError } from "./outcomes.ts";

const from = "staging/a";
const to = keyOf(1);

export const moveCases: ConformanceGroup = {
  name: "moves",
  cases: [
    {
      name: "bring an object to its new key",
      async run({ storage }) {
        const object = sample(1, 100_000);
        await put(storage, from, object);
        await storage.move(from, to);
        await assertObject(storage, to, object);
      },
    },
    {
      name: "leave nothing at the old key",
      async run({ storage }) {
        await put(storage, from, sample(1));
        await storage.move(from, to);
        await assertAbsent(storage, from);
      },
    },
    {
      name: "replace what is at the new key",
      async run({ storage }) {
        await put(storage, from, sample(1));
        await put(storage, to, sample(2, 5000));
        await storage.move(from, to);
        await assertObject(storage, to, sample(1));
        await assertAbsent(storage, from);
      },
    },
    {
      name: "bring large objects too",
      async run({ storage, largeSize }) {
        const object = sample(1, largeSize);
        await put(storage, from, object);
        await storage.move(from, to);
        await assertObject(storage, to, object);
        await assertAbsent(storage, from);
      },
    },
    {
      name: "to the same key keep the object",
      async run({ storage }) {
        await put(storage, to, sample(1));
        await storage.move(to, to);
        await assertObject(storage, to, sample(1));
      },
    },
    {
      name: "of a missing object are ERR_STORAGE_NOT_FOUND and change nothing",
      async run(subject) {
        const { storage } = subject;
        await put(storage, to, sample(1));
        const move = storage.move(from, to);
        await assertStorageError(subject, move, "ERR_STORAGE_NOT_FOUND", from);
        await assertObject(storage, to, sample(1));
        const onto = storage.move(from, from);
        await assertStorageError(subject, onto, "ERR_STORAGE_NOT_FOUND", from);
        await assertAbsent(storage, from);
      },
    },
  ],
};
