import { afterEach, beforeEach, expect } from "vitest";

/** Fails every test of the file that leaves a rejection without a handler. */
export function failOnUnhandledRejections(): void {
  const reasons: unknown[] = [];
  const note = (reason: unknown): void => void reasons.push(reason);
  beforeEach(() => {
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    // Node reports them when its queue of microtasks is empty.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(reasons).toEqual([]);
  });
}
