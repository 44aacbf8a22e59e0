import assert from "node:assert/strict";
import { quote } from "@nixery/kit/quote";
import { type StorageErrorCode, isStorageError } from "@nixery/storage";
import type { Subject } from "./conformance-case.ts";

export type Outcome<T> =
  | { readonly status: "fulfilled"; readonly value: T }
  | { readonly status: "rejected"; readonly reason: unknown };

/** The outcome of `operation`; fails when it does not end within `patience`. */
export async function outcomeOf<T>(
  { patience }: Pick<Subject, "patience">,
  operation: Promise<T>,
  what: string,
): Promise<Outcome<T>> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new assert.AssertionError({ message: `${what} timed out after ${patience} ms.` }));
  }, patience);
  try {
    const settled = Promise.allSettled([operation]).then(([outcome]) => outcome);
    return await Promise.race([settled, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The value of `operation`; fails when it does not end promptly. */
export async function promptly<T>(
  subject: Pick<Subject, "patience">,
  operation: Promise<T>,
  what: string,
): Promise<T> {
  const outcome = await outcomeOf(subject, operation, what);
  if (outcome.status === "rejected") {
    throw outcome.reason;
  }
  return outcome.value;
}

/** Waits for `event`; fails when `operation` ends before it, or when it does not come promptly. */
export async function during(
  subject: Pick<Subject, "patience">,
  operation: Promise<unknown>,
  event: Promise<unknown>,
  what: string,
): Promise<void> {
  const ended = operation.then(() => assert.fail(`the operation ended before ${what}`));
  await promptly(subject, Promise.race([event, ended]), what);
}

/** Asserts that `operation` rejects with `reason` itself, and promptly. */
export async function assertRejectsWith(
  subject: Pick<Subject, "patience">,
  operation: Promise<unknown>,
  reason: unknown,
  what: string,
): Promise<void> {
  const outcome = await outcomeOf(subject, operation, what);
  assert.equal(outcome.status, "rejected", `${what} rejects`);
  assertSame(outcome.status === "rejected" ? outcome.reason : undefined, reason, what);
}

/** Asserts that `operation` rejects with a `StorageError` of `code` that names backend and key. */
export async function assertStorageError(
  { storage, secrets }: Pick<Subject, "storage" | "secrets">,
  operation: Promise<unknown>,
  code: StorageErrorCode,
  key: string,
): Promise<void> {
  const [outcome] = await Promise.allSettled([operation]);
  assert.equal(outcome.status, "rejected", `an operation on ${quote(key)} rejects with ${code}`);
  const error: unknown = outcome.status === "rejected" ? outcome.reason : undefined;
  assert.ok(isStorageError(error), `expected a StorageError of ${code}, got ${String(error)}`);
  assert.equal(error.code, code);
  assert.equal(error.backend, storage.name, "the error names the backend");
  assert.equal(error.key, key, "the error names the key");
  assert.match(error.message, /^[^\n]+$/, "the message of the error is one line");
  for (const secret of secrets) {
    assert.ok(!error.message.includes(secret), "the message of the error contains no secret");
  }
}

export function assertSame(actual: unknown, expected: unknown, what: string): void {
  assert.ok(
    Object.is(actual, expected),
    `${what}: expected ${String(expected)} itself, got ${String(actual)}`,
  );
}
