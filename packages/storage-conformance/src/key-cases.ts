import assert from "node:assert/strict";
import type { ConformanceGroup, Subject } from "./conformance-case.ts";
import { assertObject, keyOf, listOf, put, sample } from "./objects.ts";
import { assertStorageError } from "./outcomes.ts";

const invalidKeys: readonly string[] = [
  ...["", "/", "layers", "layers/", "/layers/a", "layers//a", "layers/a/", "layers/a/b"],
  ...["..", "../layers/a", "layers/..", "layers/../layers/a", "layers/.", "./layers/a"],
  ...["layers/..%2fa", "layers/%2e%2e", "layers\\a", "layers/a\\..\\b", "C:/layers/a"],
  ...["layers/A", "Layers/a", "layers/a.b", "layers/a_b", "layers/-a", "layers/a b", " layers/a"],
  ...["layers/a\n", "layers/a\0", "layers/\u00e9", "layers/a?b", "layers/a#b", "layers/*"],
  ...["other/a", "types/a", "layers2/a", `layers/${"a".repeat(129)}`],
];

const validKeys: readonly string[] = [
  ...["layers/0", "builds/z", "manifests/a-", "staging/0--0", "layers/a-b-c"],
  ...[`builds/${"0".repeat(128)}`, `layers/${"z".repeat(128)}`, "staging/con", "layers/nul"],
];

/** What `operation` gives; a caller who chains `.catch` would miss what it throws instead. */
function promiseOf(operation: (key: string) => Promise<unknown>, key: string): Promise<unknown> {
  try {
    return operation(key);
  } catch (error) {
    return assert.fail(`an invalid key rejects, rather than throwing ${String(error)} at once`);
  }
}

/** Asserts that each invalid key is told by `operation`, and that nothing came of it. */
async function assertInvalid(
  subject: Subject,
  operation: (key: string) => Promise<unknown>,
): Promise<void> {
  const { storage } = subject;
  await put(storage, keyOf(1), sample(1));
  for (const key of invalidKeys) {
    await assertStorageError(subject, promiseOf(operation, key), "ERR_STORAGE_INVALID_KEY", key);
  }
  await assertObject(storage, keyOf(1), sample(1));
  assert.equal((await listOf(storage, "")).length, 1, "number of objects");
}

export const keyCases: ConformanceGroup = {
  name: "keys",
  cases: [
    {
      name: "of every form of the grammar are taken",
      async run({ storage }) {
        for (const [index, key] of validKeys.entries()) {
          await put(storage, key, sample(index + 1));
        }
        for (const [index, key] of validKeys.entries()) {
          await assertObject(storage, key, sample(index + 1));
        }
      },
    },
    {
      name: "that are none are told by write, which leaves its source alone",
      async run(subject) {
        let asked = 0;
        const source = {
          [Symbol.asyncIterator]: () => ({
            async next() {
              asked += 1;
              return { done: true as const, value: undefined };
            },
          }),
        };
        await assertInvalid(subject, (key) => subject.storage.write(key, source, sample(1)));
        assert.equal(asked, 0, "how often the source was asked");
      },
    },
    {
      name: "that are none are told by read",
      run: async (subject) => assertInvalid(subject, (key) => subject.storage.read(key)),
    },
    {
      name: "that are none are told by stat",
      run: async (subject) => assertInvalid(subject, (key) => subject.storage.stat(key)),
    },
    {
      name: "that are none are told by move, on either side",
      async run(subject) {
        const { storage } = subject;
        await assertInvalid(subject, (key) => storage.move(key, keyOf(2)));
        await assertInvalid(subject, (key) => storage.move(keyOf(1), key));
      },
    },
    {
      name: "that are none are told by remove",
      run: async (subject) => assertInvalid(subject, (key) => subject.storage.remove(key)),
    },
    {
      name: "that are none are told by redirect",
      needs: "redirect",
      run: async (subject) =>
        assertInvalid(subject, (key) => Promise.resolve(subject.storage.redirect?.(key))),
    },
  ],
};
