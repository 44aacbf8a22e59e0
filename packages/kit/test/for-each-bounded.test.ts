import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { forEachBounded } from "@nixery/kit/for-each-bounded";
import { countListeners } from "./support/listeners.ts";
import { rejectionOf } from "./support/rejection.ts";
import { failOnUnhandledRejections } from "./support/unhandled.ts";

failOnUnhandledRejections();

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
}

describe("forEachBounded", () => {
  test("takes an item only when a task can start with it", async () => {
    let taken = 0;
    let done = 0;
    let most = 0;
    function* items(): Generator<number> {
      while (taken < 1000) {
        taken += 1;
        most = Math.max(most, taken - done);
        yield taken;
      }
    }
    await forEachBounded(
      items(),
      async () => {
        await setImmediate();
        done += 1;
      },
      { maxRunning: 5 },
    );
    expect(done).toBe(1000);
    expect(most).toBe(5);
  });

  test("goes on with quick tasks beside a slow one", async () => {
    const slow = Promise.withResolvers<void>();
    const done: number[] = [];
    await forEachBounded(
      [0, 1, 2, 3, 4],
      async (item) => {
        if (item === 0) {
          await slow.promise;
        }
        done.push(item);
        if (item === 4) {
          slow.resolve();
        }
      },
      { maxRunning: 2 },
    );
    expect(done).toEqual([1, 2, 3, 4, 0]);
  });

  test.each([1, 3, Number.POSITIVE_INFINITY])(
    "runs all tasks, %d at a time",
    async (maxRunning) => {
      const done: number[] = [];
      const task = async (item: number): Promise<void> => void done.push(item);
      await forEachBounded([1, 2, 3, 4], task, { maxRunning });
      await forEachBounded([], task, { maxRunning });
      expect(done).toEqual([1, 2, 3, 4]);
    },
  );

  test("aborts the other tasks at the first error, and throws it when they have ended", async () => {
    const ended: number[] = [];
    const failure = new Error("third");
    const running = forEachBounded(
      Array.from({ length: 100 }, (_, index) => index),
      async (item, { signal }) => {
        if (item === 2) {
          throw failure;
        }
        await aborted(signal);
        await setImmediate();
        ended.push(item);
        throw new Error("after the first");
      },
      { maxRunning: 4 },
    );
    expect(await rejectionOf(running)).toBe(failure);
    expect(ended).toEqual([0, 1, 3]);
  });

  test("treats an error of the items as one of a task", async () => {
    const failure = new Error("no more");
    const ended: number[] = [];
    function* items(): Generator<number> {
      yield 1;
      throw failure;
    }
    const running = forEachBounded(
      items(),
      async (item, { signal }) => {
        await aborted(signal);
        await setImmediate();
        ended.push(item);
      },
      { maxRunning: 2 },
    );
    expect(await rejectionOf(running)).toBe(failure);
    expect(ended).toEqual([1]);
  });

  test("closes the items after an error", async () => {
    let isClosed = false;
    function* items(): Generator<number> {
      try {
        yield 1;
        yield 2;
      } finally {
        isClosed = true;
      }
    }
    const failure = new Error("failed");
    const fail = async (): Promise<void> => await Promise.reject(failure);
    expect(await rejectionOf(forEachBounded(items(), fail, { maxRunning: 1 }))).toBe(failure);
    expect(isClosed).toBe(true);
  });

  test("aborts all tasks with its signal, and leaves no listener", async () => {
    const controller = new AbortController();
    const reason = new Error("aborted");
    const reasons: unknown[] = [];
    const running = forEachBounded(
      [1, 2, 3],
      async (item, { signal }) => {
        if (item === 3) {
          controller.abort(reason);
        }
        await aborted(signal);
        reasons.push(signal.reason);
        throw new Error("a consequence of the abort");
      },
      { maxRunning: 3, signal: controller.signal },
    );
    expect(await rejectionOf(running)).toBe(reason);
    expect(reasons).toEqual([reason, reason, reason]);
    expect(countListeners(controller.signal)).toBe(0);
  });

  test("rejects with the reason when the tasks end well after an abort", async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const task = async (item: number): Promise<void> => {
      started.push(item);
      controller.abort(new Error("aborted"));
    };
    const running = forEachBounded([1, 2], task, { maxRunning: 1, signal: controller.signal });
    expect(await rejectionOf(running)).toEqual(new Error("aborted"));
    expect(started).toEqual([1]);
  });

  test("starts nothing for a signal that has aborted", async () => {
    const started: number[] = [];
    const signal = AbortSignal.abort(new Error("too late"));
    const task = async (item: number): Promise<void> => void started.push(item);
    await expect(forEachBounded([1], task, { maxRunning: 1, signal })).rejects.toThrow("too late");
    expect(started).toEqual([]);
    expect(countListeners(signal)).toBe(0);
  });
});
