import assert from "node:assert/strict";
import { type Storage, isStorageError } from "@nixery/storage";
import type { ConformanceCase, ConformanceGroup, Subject } from "./conformance-case.ts";
import { chunksOf, collect, restOf } from "./bytes.ts";
import { assertBytes, keyOf, listOf, open, put, sample } from "./objects.ts";

const key = keyOf(1);
const object = sample(1);

type Operation = (storage: Storage) => Promise<unknown>;

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["write", async (storage) => storage.write(keyOf(2), chunksOf(object.bytes), object)],
  ["read", async (storage) => collect((await open(storage, key)).body, object.bytes.byteLength)],
  ["stat", async (storage) => storage.stat(key)],
  ["move", async (storage) => storage.move(key, keyOf(3))],
  ["remove", async (storage) => storage.remove(key)],
  ["list", async (storage) => listOf(storage, "layers/")],
]);

/** Codes that blame the caller, who has done nothing wrong. */
const blaming: ReadonlySet<string> = new Set([
  "ERR_STORAGE_INVALID_KEY",
  "ERR_STORAGE_RANGE",
  "ERR_STORAGE_NOT_FOUND",
]);

/** Asserts that an error of the service has become one that a server can log and act upon. */
function assertTold(error: unknown, { storage, secrets }: Subject, name: string): void {
  assert.ok(isStorageError(error), `${name} rejects with a StorageError, not ${String(error)}`);
  assert.ok(!blaming.has(error.code), `${error.code} of a ${name} says what is wrong`);
  assert.equal(error.backend, storage.name, `the error of a ${name} names the backend`);
  assert.match(error.message, /^[^\n]+$/, `the message of a ${name} is one line`);
  for (const secret of secrets) {
    assert.ok(!error.message.includes(secret), `the message of a ${name} holds no secret`);
  }
}

export const outageCases: ConformanceGroup = {
  name: "outages",
  cases: [
    ...Array.from(operations, ([name, operation]): ConformanceCase => ({
      name: `are told by ${name}, and nothing is taken for missing`,
      needs: "outage",
      async run(subject) {
        await put(subject.storage, key, object);
        await subject.breakDown();
        const [outcome] = await Promise.allSettled([operation(subject.storage)]);
        assert.equal(outcome.status, "rejected", `a ${name} without its service rejects`);
        if (outcome.status === "rejected") {
          assertTold(outcome.reason, subject, name);
        }
      },
    })),
    {
      name: "end a body with an error, unless it has all its bytes",
      needs: "outage",
      async run(subject) {
        const { storage, largeSize, breakDown } = subject;
        const large = sample(1, largeSize);
        await put(storage, key, large);
        const { body } = await open(storage, key);
        const iterator = body[Symbol.asyncIterator]();
        const first = await iterator.next();
        assert.ok(first.done !== true, "a body has a first chunk");
        await breakDown();
        const [outcome] = await Promise.allSettled([collect(restOf(iterator), largeSize)]);
        if (outcome.status === "rejected") {
          assertTold(outcome.reason, subject, "body");
        } else {
          const bytes = Buffer.concat([first.value, outcome.value]);
          assertBytes(bytes, large.bytes, "a body that outlived its service");
        }
      },
    },
  ],
};
