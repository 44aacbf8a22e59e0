import { describe, expect, test } from "vitest";
import { unlessAborted } from "@nixery/kit/unless-aborted";
import { countListeners } from "./support/listeners.ts";
import { rejectionOf } from "./support/rejection.ts";
import { failOnUnhandledRejections } from "./support/unhandled.ts";

failOnUnhandledRejections();

describe("unlessAborted", () => {
  test("resolves and rejects as the promise does, without a signal and with one", async () => {
    const failure = new Error("failed");
    for (const signal of [undefined, new AbortController().signal]) {
      expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
      expect(await rejectionOf(unlessAborted(Promise.reject(failure), signal))).toBe(failure);
    }
  });

  test("rejects with the reason as soon as the signal aborts", async () => {
    const controller = new AbortController();
    const work = Promise.withResolvers<void>();
    const waiting = rejectionOf(unlessAborted(work.promise, controller.signal));
    expect(countListeners(controller.signal)).toBe(1);
    const reason = new Error("aborted");
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(countListeners(controller.signal)).toBe(0);
  });

  test("rejects for a signal that has aborted, also when the promise has resolved", async () => {
    const reason = new Error("too late");
    const signal = AbortSignal.abort(reason);
    expect(await rejectionOf(unlessAborted(Promise.resolve(1), signal))).toBe(reason);
    expect(countListeners(signal)).toBe(0);
  });

  test("handles a rejection that comes after the abort", async () => {
    const controller = new AbortController();
    const work = Promise.withResolvers<void>();
    const waiting = rejectionOf(unlessAborted(work.promise, controller.signal));
    const reason = new Error("aborted");
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    work.reject(new Error("after the abort"));
    const early = Promise.reject(new Error("before the call"));
    expect(await rejectionOf(unlessAborted(early, controller.signal))).toBe(reason);
  });

  test("leaves no listener on a signal that never aborts", async () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 100; round += 1) {
      await unlessAborted(Promise.resolve(round), signal);
      await rejectionOf(unlessAborted(Promise.reject(new Error("failed")), signal));
    }
    expect(countListeners(signal)).toBe(0);
  });
});
