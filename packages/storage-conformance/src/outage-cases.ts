import assert from "node:assert/strict";
import { isStorageError } from "@nixery/storage";
import type { ConformanceCase, ConformanceGroup, Subject } from "./conformance-case.ts";
import { collect, restOf } from "./bytes.ts";
import { assertBytes, open, put, sample } from "./objects.ts";
import { key, operations, prepare } from "./operations.ts";

/** Codes for a defect in the caller, which an outage is not. */
const callerCodes: ReadonlySet<string> = new Set([
  "ERR_STORAGE_INVALID_KEY",
  "ERR_STORAGE_INVALID_OPTION",
  "ERR_STORAGE_RANGE",
  "ERR_STORAGE_NOT_FOUND",
]);

/** Asserts that `error` is one that a server can log and act on. */
function assertOutageError(error: unknown, { storage, secrets }: Subject, name: string): void {
  assert.ok(isStorageError(error), `${name} rejects with a StorageError, not ${String(error)}`);
  assert.ok(!callerCodes.has(error.code), `${name} does not reject with ${error.code}`);
  assert.equal(error.backend, storage.name, `the error of ${name} names the backend`);
  assert.match(error.message, /^[^\n]+$/, `the message of ${name} is one line`);
  for (const secret of secrets) {
    assert.ok(!error.message.includes(secret), `the message of ${name} contains no secret`);
  }
}

export const outageCases: ConformanceGroup = {
  name: "outages",
  cases: [
    ...operations.map(({ name, needs, run }): ConformanceCase => ({
      name: `reject ${name} with a StorageError, rather than show a missing object`,
      needs: ["outage", ...needs],
      async run(subject) {
        const version = await prepare(subject.storage);
        await subject.breakDown();
        const [outcome] = await Promise.allSettled([run(subject.storage, {}, version)]);
        assert.equal(outcome.status, "rejected", `${name} without its service rejects`);
        if (outcome.status === "rejected") {
          assertOutageError(outcome.reason, subject, name);
        }
      },
    })),
    {
      name: "end a body with an error, unless it has all its bytes",
      needs: ["outage"],
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
          assertOutageError(outcome.reason, subject, "a body");
        } else {
          const bytes = Buffer.concat([first.value, outcome.value]);
          assertBytes(bytes, large.bytes, "a body that outlives its service");
        }
      },
    },
  ],
};
