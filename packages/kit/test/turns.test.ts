import { describe, expect, test, vi } from "vitest";
import { createTurns } from "@nixery/kit/turns";
import { countListeners } from "./support/listeners.ts";
import { rejectionOf } from "./support/rejection.ts";
import { failOnUnhandledRejections } from "./support/unhandled.ts";

failOnUnhandledRejections();

const queueFull = (maxWaiting: number): Error => new Error(`${maxWaiting} wait`);

describe("createTurns", () => {
  test("runs a few tasks at the same time, and the others in the order of their arrival", async () => {
    const turns = createTurns({ maxRunning: 2 });
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const started: number[] = [];
    const results = gates.map(({ promise }, index) =>
      turns.take(async () => {
        started.push(index);
        await promise;
        return index;
      }),
    );
    gates[1]!.resolve();
    expect(await results[1]).toBe(1);
    await vi.waitFor(() => expect(started).toEqual([0, 1, 2]));
    gates.forEach(({ resolve }) => resolve());
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  test("reports how many wait to those that have to", async () => {
    const turns = createTurns({ maxRunning: 1 });
    const gate = Promise.withResolvers<void>();
    const waiting: number[] = [];
    const onWait = (count: number): void => void waiting.push(count);
    const tasks = [1, 2, 3].map(() => turns.take(() => gate.promise, { onWait }));
    expect(waiting).toEqual([1, 2]);
    gate.resolve();
    await Promise.all(tasks);
    expect(waiting).toEqual([1, 2]);
  });

  test("rejects when too many wait, until there is room", async () => {
    const turns = createTurns({ maxRunning: 1, maxWaiting: 1, queueFull });
    const gate = Promise.withResolvers<void>();
    const controller = new AbortController();
    const { signal } = controller;
    const task = vi.fn<() => Promise<string>>(async () => "ran");
    const running = turns.take(() => gate.promise);
    const waiting = rejectionOf(turns.take(task, { signal }));
    expect(await rejectionOf(turns.take(task))).toEqual(new Error("1 wait"));
    controller.abort();
    await waiting;
    const later = turns.take(task);
    gate.resolve();
    await running;
    expect(await later).toBe("ran");
    expect(task).toHaveBeenCalledOnce();
  });

  test("rejects with an error of its own without queueFull", async () => {
    const turns = createTurns({ maxRunning: 1, maxWaiting: 0 });
    const gate = Promise.withResolvers<void>();
    const running = turns.take(() => gate.promise);
    await expect(turns.take(() => gate.promise)).rejects.toThrow("The queue is full.");
    gate.resolve();
    await running;
  });

  test("rejects a waiting task at once when it is aborted, and never calls it", async () => {
    const turns = createTurns({ maxRunning: 1 });
    const gate = Promise.withResolvers<string>();
    const controller = new AbortController();
    const { signal } = controller;
    const task = vi.fn<() => Promise<string>>();
    const first = turns.take(() => gate.promise);
    const waiting = rejectionOf(turns.take(task, { signal }));
    const reason = new Error("aborted");
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await rejectionOf(turns.take(task, { signal }))).toBe(reason);
    expect(countListeners(signal)).toBe(0);
    const last = turns.take(async () => "last");
    gate.resolve("first");
    expect([await first, await last]).toEqual(["first", "last"]);
    expect(task).not.toHaveBeenCalled();
  });

  test("lets an aborted task that runs clean up before the next one starts", async () => {
    const turns = createTurns({ maxRunning: 1 });
    const controller = new AbortController();
    const cleaning = Promise.withResolvers<string>();
    const next = vi.fn<() => Promise<string>>(async () => "next");
    const started = Promise.withResolvers<void>();
    const task = async (): Promise<string> => {
      started.resolve();
      return await cleaning.promise;
    };
    const running = turns.take(task, { signal: controller.signal });
    const waiting = turns.take(next);
    await started.promise;
    controller.abort();
    expect(next).not.toHaveBeenCalled();
    cleaning.resolve("cleaned");
    expect(await running).toBe("cleaned");
    expect(await waiting).toBe("next");
  });

  test("passes the turn on when a task fails or is aborted just then", async () => {
    // Counts the microtasks between the end of a task and the abort of the next one.
    for (const steps of [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8]) {
      const turns = createTurns({ maxRunning: 1 });
      const gate = Promise.withResolvers<never>();
      const controller = new AbortController();
      const { signal } = controller;
      const failing = rejectionOf(turns.take(() => gate.promise));
      const aborted = turns.take(async () => "ran", { signal }).catch((reason: unknown) => reason);
      const staying = turns.take(async () => "ran");
      if (steps < 0) {
        controller.abort("aborted");
      }
      for (let step = steps; step < 0; step += 1) {
        await Promise.resolve();
      }
      gate.reject(new Error("failed"));
      for (let step = 0; step < steps; step += 1) {
        await Promise.resolve();
      }
      controller.abort("aborted");
      expect(await failing).toEqual(new Error("failed"));
      expect(["ran", "aborted"]).toContain(await aborted);
      expect(await staying).toBe("ran");
      expect(await turns.take(async () => "free")).toBe("free");
      expect(countListeners(signal)).toBe(0);
    }
  });

  test("keeps the turn when a task or onWait throws", async () => {
    const turns = createTurns({ maxRunning: 1 });
    const failure = new Error("thrown");
    const fail = (): never => {
      throw failure;
    };
    expect(await rejectionOf(turns.take(fail))).toBe(failure);
    const gate = Promise.withResolvers<void>();
    const running = turns.take(() => gate.promise);
    const task = vi.fn<() => Promise<string>>();
    expect(await rejectionOf(turns.take(task, { onWait: fail }))).toBe(failure);
    gate.resolve();
    await running;
    expect(await turns.take(async () => "free")).toBe("free");
    expect(task).not.toHaveBeenCalled();
  });
});
