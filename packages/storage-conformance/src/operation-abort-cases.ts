import assert from "node:assert/strict";
import type { ConformanceCase, Subject } from "./conformance-case.ts";
import { assertAbsent, assertObject, listOf, sample } from "./objects.ts";
import { key, type Operation, operations, prepare, target } from "./operations.ts";
import { assertRejectsWith, assertSame, outcomeOf } from "./outcomes.ts";

const reason = new Error("the caller aborted");

async function assertAbortedBefore(subject: Subject, { name, run }: Operation): Promise<void> {
  const { storage } = subject;
  const version = await prepare(storage);
  const signal = AbortSignal.abort(reason);
  const running = run(storage, { signal }, version);
  await assertRejectsWith(subject, running, reason, `an aborted ${name}`);
  await assertObject(storage, key, sample(1));
  await assertAbsent(storage, target);
}

/** Aborts in the same turn: it may be too late, but then the operation is complete. */
async function assertAbortedAtOnce(subject: Subject, { name, run }: Operation): Promise<void> {
  const { storage } = subject;
  const version = await prepare(storage);
  const controller = new AbortController();
  const running = run(storage, { signal: controller.signal }, version);
  controller.abort(reason);
  const outcome = await outcomeOf(subject, running, `an aborted ${name}`);
  if (outcome.status === "rejected") {
    assertSame(outcome.reason, reason, `the reason of an aborted ${name}`);
  }
  const keys = (await listOf(storage, "")).map((info) => info.key);
  const allowed = allowedKeys[name]?.[outcome.status] ?? [[key]];
  const left = JSON.stringify(keys);
  assert.ok(
    allowed.some((one) => JSON.stringify(one) === left),
    `objects after an aborted ${name}: ${left}`,
  );
  const isReplaced = name === "replace" && outcome.status === "fulfilled";
  for (const present of keys) {
    const isNew = present === target && name !== "move";
    await assertObject(storage, present, sample(isNew || isReplaced ? 2 : 1));
  }
}

/**
 * The keys that may have an object after an abort. A service may complete an operation whose client
 * has aborted it, so a moved object may have both keys, but never none.
 */
const allowedKeys: Readonly<Record<string, Record<"fulfilled" | "rejected", readonly string[][]>>> =
  {
    write: { fulfilled: [[key, target]], rejected: [[key]] },
    create: { fulfilled: [[key, target]], rejected: [[key]] },
    move: { fulfilled: [[target]], rejected: [[key], [key, target], [target]] },
    remove: { fulfilled: [[]], rejected: [[key], []] },
    removeVersion: { fulfilled: [[]], rejected: [[key], []] },
  };

/** For aborts of each operation, before it and at its beginning. */
export const operationAbortCases: readonly ConformanceCase[] = [
  ...operations.map((operation) => ({
    name: `before a ${operation.name} prevent it`,
    needs: operation.needs,
    run: async (subject: Subject) => assertAbortedBefore(subject, operation),
  })),
  ...operations.map((operation) => ({
    name: `right after the call of a ${operation.name} leave all or nothing of it`,
    needs: operation.needs,
    run: async (subject: Subject) => assertAbortedAtOnce(subject, operation),
  })),
];
