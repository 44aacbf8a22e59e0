import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { Storage } from "@nixery/storage";
import type { ConformanceCase } from "./conformance-case.ts";
import { chunksOf } from "./bytes.ts";
import { type Expected, assertOneOf, keyOf, put, sample } from "./objects.ts";
import { assertSame, outcomeOf } from "./outcomes.ts";

const before = sample(1);
const after = sample(2, 100_000);
const reason = new Error("the caller aborted");

/** Aborts, spread over the time that a backend needs after the last byte. */
const aborts = 16;

/** The bytes of `after`; calls `then` when the last one has been read. */
async function* andThen(then: () => void): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunksOf(after.bytes);
  then();
}

/** In milliseconds; from the last byte to the end of a write that replaces an object. */
async function commitTime(storage: Storage, key: string): Promise<number> {
  await put(storage, key, before);
  let start = 0;
  const source = andThen(() => {
    start = performance.now();
  });
  await storage.write(key, source, after);
  return performance.now() - start;
}

/** Resolves after `milliseconds`, which may be less than one. */
async function pass(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    await setImmediate();
  }
}

async function assertWhole(
  storage: Storage,
  key: string,
  candidates: readonly Expected[],
): Promise<void> {
  try {
    await assertOneOf(storage, key, candidates);
  } catch (error) {
    assert.fail(`${key} is whole after the abort of its write, not: ${String(error)}`);
  }
}

/** For aborts of a write that has all its bytes. */
export const commitAbortCases: readonly ConformanceCase[] = [
  {
    name: "after the last byte of a write leave the old object or the new one, whole",
    async run(subject) {
      const { storage } = subject;
      const time = await commitTime(storage, keyOf(0));
      for (let number = 0; number < aborts; number += 1) {
        const key = keyOf(number);
        await put(storage, key, before);
        const controller = new AbortController();
        let aborted: Promise<void> | undefined;
        const source = andThen(() => {
          aborted = pass((time * number) / aborts).then(() => controller.abort(reason));
        });
        const write = storage.write(key, source, { ...after, signal: controller.signal });
        const outcome = await outcomeOf(subject, write, "an aborted write");
        await aborted;
        if (outcome.status === "rejected") {
          assertSame(outcome.reason, reason, "the reason of an aborted write");
        }
        const candidates = outcome.status === "rejected" ? [before, after] : [after];
        await assertWhole(storage, key, candidates);
      }
      // A service may complete a write after its client has aborted it.
      for (let number = 0; number < aborts; number += 1) {
        await assertWhole(storage, keyOf(number), [before, after]);
      }
    },
  },
];
