import assert from "node:assert/strict";
import type { Capability, ConformanceCase, ConformanceGroup, Subject } from "./conformance-case.ts";
import { assertObject, keyOf, listOf, put, sample } from "./objects.ts";
import { assertStorageError } from "./outcomes.ts";

const invalidKeys: readonly string[] = [
  ...["", "/", "blobs", "blobs/", "/blobs/a", "blobs//a", "blobs/a/", "blobs/a/b"],
  ...["..", "../blobs/a", "blobs/..", "blobs/../blobs/a", "blobs/.", "./blobs/a", "../a", "./a"],
  ...["blobs/..%2fa", "blobs/%2e%2e", "blobs\\a", "blobs/a\\..\\b", "C:/blobs/a"],
  ...["blobs/A", "Blobs/a", "blobs/a.b", "blobs/a_b", "blobs/-a", "blobs/a b", " blobs/a"],
  ...["blobs/a\n", "blobs/a\0", "blobs/\u00e9", "blobs/a?b", "blobs/a#b", "blobs/*"],
  ...[".blobs/a", "-blobs/a", "blobs_/a", "blo.bs/a", "bl\u00f6bs/a"],
  ...[`${"n".repeat(33)}/a`, `blobs/${"a".repeat(129)}`],
];

/** Namespaces that no version has used, and names that a backend might keep for itself. */
const validKeys: readonly string[] = [
  ...["blobs/0", "layer-cache/z", "image-cache/a-", "staging/0--0", "blobs/a-b-c", "0/0", "a-/x"],
  ...["pins/a", "leases/a", "types/a", "tmp/a", "locks/a", "layers/a", "con/nul", "staging/con"],
  ...[`${"n".repeat(32)}/a`, `layer-cache/${"0".repeat(128)}`, `blobs/${"z".repeat(128)}`],
];

/** The promise of `operation`, which must not throw before it returns one. */
function promiseOf(operation: (key: string) => unknown, key: string): Promise<unknown> {
  try {
    return Promise.resolve(operation(key));
  } catch (error) {
    return assert.fail(`an invalid key rejects rather than throws ${String(error)}`);
  }
}

/** Asserts that `operation` rejects each invalid key, and that nothing comes of it. */
async function assertInvalid(subject: Subject, operation: (key: string) => unknown): Promise<void> {
  const { storage } = subject;
  await put(storage, keyOf(1), sample(1));
  for (const key of invalidKeys) {
    await assertStorageError(subject, promiseOf(operation, key), "ERR_STORAGE_INVALID_KEY", key);
  }
  await assertObject(storage, keyOf(1), sample(1));
  assert.equal((await listOf(storage, "")).length, 1, "number of objects");
}

type Source = AsyncIterable<Uint8Array>;

/** Asserts that a write rejects each invalid key before it reads its source. */
async function assertInvalidBeforeSource(
  subject: Subject,
  write: (key: string, source: Source) => unknown,
): Promise<void> {
  let asked = 0;
  const source: Source = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        asked += 1;
        return { done: true as const, value: undefined };
      },
    }),
  };
  await assertInvalid(subject, (key) => write(key, source));
  assert.equal(asked, 0, "number of chunks that the source was asked for");
}

function rejectedBy(
  method: string,
  run: (subject: Subject) => Promise<void>,
  ...needs: readonly Capability[]
): ConformanceCase {
  return { name: `that are invalid are rejected by ${method}`, needs, run };
}

export const keyCases: ConformanceGroup = {
  name: "keys",
  cases: [
    {
      name: "of every form of the grammar have an object each",
      async run({ storage }) {
        for (const [index, key] of validKeys.entries()) {
          await put(storage, key, sample(index + 1));
        }
        for (const [index, key] of validKeys.entries()) {
          await assertObject(storage, key, sample(index + 1));
        }
        assert.equal((await listOf(storage, "")).length, validKeys.length, "number of objects");
      },
    },
    rejectedBy("write, before it reads its source", async (subject) =>
      assertInvalidBeforeSource(subject, (key, source) =>
        subject.storage.write(key, source, sample(1)),
      ),
    ),
    rejectedBy("read", async (subject) =>
      assertInvalid(subject, (key) => subject.storage.read(key)),
    ),
    rejectedBy("stat", async (subject) =>
      assertInvalid(subject, (key) => subject.storage.stat(key)),
    ),
    rejectedBy("move, on either side", async (subject) => {
      const { storage } = subject;
      await assertInvalid(subject, (key) => storage.move(key, keyOf(2)));
      await assertInvalid(subject, (key) => storage.move(keyOf(1), key));
    }),
    rejectedBy("remove", async (subject) =>
      assertInvalid(subject, (key) => subject.storage.remove(key)),
    ),
    rejectedBy(
      "create, before it reads its source",
      async (subject) =>
        assertInvalidBeforeSource(subject, (key, source) =>
          subject.storage.create?.(key, source, sample(1)),
        ),
      "create",
    ),
    rejectedBy(
      "replace, before it reads its source",
      async (subject) =>
        assertInvalidBeforeSource(subject, (key, source) =>
          subject.storage.replace?.(key, "1", source, sample(1)),
        ),
      "replace",
    ),
    rejectedBy(
      "removeVersion",
      async (subject) => assertInvalid(subject, (key) => subject.storage.removeVersion?.(key, "1")),
      "remove-version",
    ),
    rejectedBy(
      "redirect",
      async (subject) => assertInvalid(subject, (key) => subject.storage.redirect?.(key)),
      "redirect",
    ),
  ],
};
