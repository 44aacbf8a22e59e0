import { getEventListeners } from "node:events";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { forEachBounded } from "../src/for-each-bounded.ts";

test("takes items only as slots become free", async () => {
  let taken = 0;
  let done = 0;
  let most = 0;
  const items = function* (): Generator<number> {
    for (; taken < 1000; taken += 1) {
      most = Math.max(most, taken - done);
      yield taken;
    }
  };
  await forEachBounded(
    items(),
    async (item) => {
      await setImmediate(item);
      done += 1;
    },
    { concurrency: 5 },
  );
  expect(done).toBe(1000);
  expect(most).toBe(5);
});

test("the first error stops the others, and is thrown when they have stopped", async () => {
  const stopped: number[] = [];
  const error = new Error("third");
  const counting = forEachBounded(
    Array.from({ length: 100 }, (_, index) => index),
    async (item, { signal }) => {
      if (item === 2) {
        throw error;
      }
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      stopped.push(item);
      throw new Error("after the first");
    },
    { concurrency: 4 },
  );
  await expect(counting).rejects.toBe(error);
  expect(stopped).toEqual([0, 1, 3]);
});

test("an abort stops all with its reason and leaves no listener", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const counting = forEachBounded(
    [1, 2, 3],
    async (item, { signal }) => {
      if (item === 3) {
        controller.abort(reason);
      }
      expect(signal.aborted).toBe(item === 3);
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
        if (signal.aborted) {
          reject(new Error("stopped"));
        }
      });
    },
    { concurrency: 3, signal: controller.signal },
  );
  await expect(counting).rejects.toBe(reason);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
});

test("nothing starts after an abort", async () => {
  const started: number[] = [];
  const signal = AbortSignal.abort(new Error("enough"));
  const task = async (item: number): Promise<void> => {
    started.push(item);
  };
  await expect(forEachBounded([1], task, { concurrency: 1, signal })).rejects.toThrow("enough");
  expect(started).toEqual([]);
});
