import { describe, expect, test } from "vitest";
import { pause } from "@nixery/kit/pause";
import { withTimeLimit } from "@nixery/kit/time-limit";
import { countListeners } from "./support/listeners.ts";
import { rejectionOf } from "./support/rejection.ts";
import { failOnUnhandledRejections } from "./support/unhandled.ts";

failOnUnhandledRejections();

const hour = 3_600_000;
const expired = (cause: unknown): Error => new Error("expired", { cause });

async function untilAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason));
  return await promise;
}

describe("pause", () => {
  test("resolves, and leaves no listener", async () => {
    const { signal } = new AbortController();
    await pause(1);
    await pause(1, signal);
    expect(countListeners(signal)).toBe(0);
  });

  test("rejects with the reason of an abort, during the wait and before it", async () => {
    const controller = new AbortController();
    const reason = new Error("aborted");
    const waiting = rejectionOf(pause(hour, controller.signal));
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await rejectionOf(pause(hour, controller.signal))).toBe(reason);
    expect(countListeners(controller.signal)).toBe(0);
  });
});

describe("withTimeLimit", () => {
  test("resolves and rejects as the operation does", async () => {
    const failure = new Error("failed");
    for (const signal of [undefined, new AbortController().signal]) {
      expect(await withTimeLimit(hour, signal, async () => 1, expired)).toBe(1);
      const failing = withTimeLimit(hour, signal, () => Promise.reject(failure), expired);
      expect(await rejectionOf(failing)).toBe(failure);
    }
  });

  test("rejects with the error of the limit when the time is over", async () => {
    for (const signal of [undefined, new AbortController().signal]) {
      const error = await rejectionOf(withTimeLimit(5, signal, untilAborted, expired));
      expect(error).toMatchObject({ message: "expired", cause: { name: "TimeoutError" } });
    }
  });

  test("rejects with the reason of an abort, during the operation and before it", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error("aborted");
    const running = rejectionOf(withTimeLimit(hour, signal, untilAborted, expired));
    controller.abort(reason);
    expect(await running).toBe(reason);
    let isStarted = false;
    const start = async (): Promise<void> => {
      isStarted = true;
    };
    expect(await rejectionOf(withTimeLimit(hour, signal, start, expired))).toBe(reason);
    expect(isStarted).toBe(false);
  });

  test("leaves no listener on the signal", async () => {
    const { signal } = new AbortController();
    await withTimeLimit(hour, signal, async () => 1, expired);
    await rejectionOf(withTimeLimit(5, signal, untilAborted, expired));
    expect(countListeners(signal)).toBe(0);
  });
});
