import assert from "node:assert/strict";
import type { OperationOptions, Storage, WrittenObject } from "@nixery/storage";
import type { Subject } from "./conformance-case.ts";
import { chunksOf } from "./bytes.ts";
import { assertInfo, assertObject, type Expected, infoOf, put, sample } from "./objects.ts";
import { assertRejectsWith, during, promptly } from "./outcomes.ts";
import { failing, hangingAfter, pausing } from "./sources.ts";
import { versionOf } from "./version-cases.ts";

/** A create or a replace. */
export type ConditionalWrite = (
  source: AsyncIterable<Uint8Array>,
  options: OperationOptions & { readonly contentType: string },
) => Promise<WrittenObject | undefined>;

export function creating(storage: Storage, key: string): ConditionalWrite {
  return async (source, options) => {
    assert.ok("create" in storage, "there is a method create");
    return storage.create?.(key, source, options);
  };
}

export function replacing(storage: Storage, key: string, version: string): ConditionalWrite {
  return async (source, options) => {
    assert.ok("replace" in storage, "there is a method replace");
    return storage.replace?.(key, version, source, options);
  };
}

export async function removingVersion(
  storage: Storage,
  key: string,
  version: string,
): Promise<boolean> {
  const isRemoved: unknown = await storage.removeVersion?.(key, version);
  assert.ok(typeof isRemoved === "boolean", "removeVersion resolves to true or false");
  return isRemoved;
}

/** The version of an object; fails when it has none. */
export async function requiredVersion(storage: Storage, key: string): Promise<string> {
  const version = await versionOf(storage, key);
  assert.ok(version !== undefined, `${key} has a version`);
  return version;
}

/** Asserts that the condition holds: the object is stored and described. */
export async function assertWrites(
  storage: Storage,
  key: string,
  write: ConditionalWrite,
  object: Expected,
): Promise<void> {
  const written = await write(chunksOf(object.bytes), { contentType: object.contentType });
  assertInfo(written, infoOf(key, object), "the result of a conditional write");
  await assertObject(storage, key, object);
  const version = await versionOf(storage, key);
  assert.equal(written?.version, version, "the version in the result of a conditional write");
}

/** Asserts that the condition does not hold. */
export async function assertRefuses(write: ConditionalWrite, object: Expected): Promise<void> {
  const written = await write(chunksOf(object.bytes), { contentType: object.contentType });
  assert.equal(written, undefined, "the result of a write whose condition does not hold");
}

/** Asserts that of several calls at the same time one succeeds, and that its object is there. */
export async function assertOneWins(
  storage: Storage,
  key: string,
  write: ConditionalWrite,
): Promise<void> {
  const objects = Array.from({ length: 8 }, (_, seed) => sample(seed + 10, 40_000 + seed));
  const results = await Promise.all(
    objects.map(async (object) => write(chunksOf(object.bytes), { ...object })),
  );
  const winners = objects.filter((_, index) => results[index] !== undefined);
  assert.equal(winners.length, 1, "number of calls that succeed");
  for (const object of winners) {
    await assertObject(storage, key, object);
  }
}

/** Runs `assertUnchanged` after a source that fails and an abort of one that hangs. */
export async function assertFailsCleanly(
  subject: Subject,
  write: ConditionalWrite,
  assertUnchanged: () => Promise<void>,
): Promise<void> {
  const { bytes, contentType } = sample(20, 100_000);
  const error = new Error("the source is out of order");
  const failed = write(failing(bytes, error), { contentType });
  await assertRejectsWith(subject, failed, error, "a conditional write whose source fails");
  await assertUnchanged();

  const { source, hangs, closed } = hangingAfter(bytes);
  const controller = new AbortController();
  const reason = new Error("the caller aborted");
  const aborted = write(source, { contentType, signal: controller.signal });
  await during(subject, aborted, hangs, "the source is read");
  controller.abort(reason);
  await assertRejectsWith(subject, aborted, reason, "an aborted conditional write");
  await promptly(subject, closed, "closing the source of an aborted conditional write");
  await assertUnchanged();
}

/** Runs `change` while `write` waits for its source; its condition must not hold after that. */
export async function assertLosesTo(
  subject: Subject,
  write: ConditionalWrite,
  change: () => Promise<unknown>,
): Promise<void> {
  const object = sample(20, 200_000);
  const { source, paused, resume } = pausing(object.bytes);
  const writing = write(source, { contentType: object.contentType });
  await during(subject, writing, paused, "the source is read");
  await promptly(subject, change(), "a change while a conditional write waits for its source");
  resume();
  assert.equal(await writing, undefined, "the result of a write whose condition no longer holds");
}

/** Versions of an object that was written twice. */
export interface Versions {
  readonly current: string;
  /** Of the object before it was replaced. */
  readonly stale: string;
  /** Of another object. */
  readonly foreign: string;
}

/** Writes `sample(1)` and then `sample(2)` to `key`, and another object to `other`. */
export async function writeVersions(
  storage: Storage,
  key: string,
  other: string,
): Promise<Versions> {
  await put(storage, key, sample(1));
  const stale = await requiredVersion(storage, key);
  await put(storage, key, sample(2));
  await put(storage, other, sample(3));
  const current = await requiredVersion(storage, key);
  return { current, stale, foreign: await requiredVersion(storage, other) };
}
