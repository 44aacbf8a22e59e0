import assert from "node:assert/strict";
import type { OperationOptions, Storage } from "@nixery/storage";
import type { ConformanceCase, Subject } from "./conformance-case.ts";
import { chunksOf, collect } from "./bytes.ts";
import { assertAbsent, assertObject, keyOf, listOf, open, put, sample } from "./objects.ts";
import { assertRejectsWith, assertSame, outcomeOf } from "./outcomes.ts";

const key = keyOf(1);
const target = keyOf(2);
const reason = new Error("the caller has gone");

async function readAll(storage: Storage, options: OperationOptions): Promise<Uint8Array> {
  const { info, body } = await open(storage, key, options);
  return collect(body, info.size);
}

type Operation = (storage: Storage, options: OperationOptions) => Promise<unknown>;

/** Every operation, as one that can be aborted. */
const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [
    "write",
    async (storage, options) =>
      storage.write(target, chunksOf(sample(2).bytes), { ...sample(2), ...options }),
  ],
  ["read", async (storage, options) => readAll(storage, options)],
  ["stat", async (storage, options) => storage.stat(key, options)],
  ["move", async (storage, options) => storage.move(key, target, options)],
  ["remove", async (storage, options) => storage.remove(key, options)],
  ["list", async (storage, options) => listOf(storage, "", options)],
]);

async function assertAbortedBefore(subject: Subject, name: string): Promise<void> {
  const { storage } = subject;
  const operation = operations.get(name);
  assert.ok(operation);
  await put(storage, key, sample(1));
  const signal = AbortSignal.abort(reason);
  await assertRejectsWith(subject, operation(storage, { signal }), reason, `an aborted ${name}`);
  await assertObject(storage, key, sample(1));
  await assertAbsent(storage, target);
}

/** Aborts in the same turn: it may be too late, but then the operation is done, and wholly. */
async function assertAbortedAtOnce(subject: Subject, name: string): Promise<void> {
  const { storage } = subject;
  const operation = operations.get(name);
  assert.ok(operation);
  await put(storage, key, sample(1));
  const controller = new AbortController();
  const running = operation(storage, { signal: controller.signal });
  controller.abort(reason);
  const outcome = await outcomeOf(subject, running, `an aborted ${name}`);
  if (outcome.status === "rejected") {
    assertSame(outcome.reason, reason, `the reason of an aborted ${name}`);
  }
  const keys = (await listOf(storage, "")).map((info) => info.key);
  for (const present of keys) {
    await assertObject(
      storage,
      present,
      name === "write" && present === target ? sample(2) : sample(1),
    );
  }
  const allowed = outcomes[name]?.[outcome.status] ?? [[key]];
  const left = JSON.stringify(keys);
  assert.ok(
    allowed.some((one) => JSON.stringify(one) === left),
    `objects after an aborted ${name}: ${left}`,
  );
}

/**
 * What may be there after an abort. A service may have done what the client no longer waits for,
 * so a move may be under both names, but never under none.
 */
const outcomes: Readonly<Record<string, Record<"fulfilled" | "rejected", readonly string[][]>>> = {
  write: { fulfilled: [[key, target]], rejected: [[key]] },
  move: { fulfilled: [[target]], rejected: [[key], [key, target], [target]] },
  remove: { fulfilled: [[]], rejected: [[key], []] },
};

/** For aborts of each operation, before it and at its beginning. */
export const operationAbortCases: readonly ConformanceCase[] = [
  ...Array.from(operations.keys(), (name) => ({
    name: `before a ${name} keep it from happening`,
    run: async (subject: Subject) => assertAbortedBefore(subject, name),
  })),
  ...Array.from(operations.keys(), (name) => ({
    name: `right after the call of a ${name} leave all or nothing of it`,
    run: async (subject: Subject) => assertAbortedAtOnce(subject, name),
  })),
];
