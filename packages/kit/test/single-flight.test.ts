import { describe, expect, test, vi } from "vitest";
import { createSingleFlight, type StartWork } from "@nixery/kit/single-flight";
import { countListeners } from "./support/listeners.ts";
import { rejectionOf } from "./support/rejection.ts";
import { failOnUnhandledRejections } from "./support/unhandled.ts";

failOnUnhandledRejections();

/** Work that runs until its signal aborts, and then rejects with the reason. */
function endless(signals: AbortSignal[] = [], isKept = false): StartWork<never> {
  return async (signal, keep) => {
    signals.push(signal);
    if (isKept) {
      keep();
    }
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return await promise;
  };
}

describe("createSingleFlight", () => {
  test("starts once for all callers of a key, and again for later ones", async () => {
    const flights = createSingleFlight<number>();
    let runs = 0;
    const start = async (): Promise<number> => ++runs;
    expect(
      await Promise.all([
        flights.join("a", start),
        flights.join("a", start),
        flights.join("b", start),
      ]),
    ).toEqual([...[1, 1, 2]]);
    expect(await flights.join("a", start)).toBe(3);
  });

  test("shares a failure, and starts again for the next caller", async () => {
    const flights = createSingleFlight<number>();
    const failure = new Error("failed");
    const fail = async (): Promise<number> => await Promise.reject(failure);
    const callers = [flights.join("a", fail), flights.join("a", fail)].map(rejectionOf);
    expect(await Promise.all(callers)).toEqual([failure, failure]);
    expect(await flights.join("a", async () => 2)).toBe(2);
  });

  test("rejects with the error of a start that throws, and keeps nothing of it", async () => {
    const flights = createSingleFlight<number>();
    const failure = new Error("not started");
    const fail = (): never => {
      throw failure;
    };
    expect(await rejectionOf(flights.join("a", fail))).toBe(failure);
    expect(await flights.join("a", async () => 2)).toBe(2);
  });

  test("rejects an aborted caller alone", async () => {
    const flights = createSingleFlight<string>();
    const gate = Promise.withResolvers<string>();
    const controller = new AbortController();
    const { signal } = controller;
    const start = vi.fn<StartWork<string>>(async () => await gate.promise);
    const aborted = rejectionOf(flights.join("a", start, { signal }));
    const other = flights.join("a", start);
    const reason = new Error("aborted");
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    gate.resolve("done");
    expect(await other).toBe("done");
    expect(start).toHaveBeenCalledOnce();
    expect(start.mock.calls[0]?.[0].aborted).toBe(false);
    expect(countListeners(signal)).toBe(0);
  });

  test("aborts work with the reason of its last caller, and starts anew for the next", async () => {
    const flights = createSingleFlight<string>();
    const [one, other] = [new AbortController(), new AbortController()];
    const signals: AbortSignal[] = [];
    const first = rejectionOf(flights.join("a", endless(signals), { signal: one.signal }));
    const second = rejectionOf(flights.join("a", endless(signals), { signal: other.signal }));
    one.abort(new Error("first"));
    await first;
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    const reason = new Error("second");
    other.abort(reason);
    expect(await second).toBe(reason);
    expect(signals.map((signal): unknown => signal.reason)).toEqual([reason]);
    expect(await flights.join("a", async () => "anew")).toBe("anew");
  });

  test("starts anew while aborted work still cleans up, and does not mix the two", async () => {
    const flights = createSingleFlight<string>();
    const cleaning = Promise.withResolvers<string>();
    const controller = new AbortController();
    const { signal } = controller;
    const first = rejectionOf(flights.join("a", async () => await cleaning.promise, { signal }));
    controller.abort();
    await first;
    const gate = Promise.withResolvers<string>();
    const second = flights.join("a", async () => await gate.promise);
    cleaning.resolve("cleaned");
    await cleaning.promise;
    const third = flights.join("a", async () => "third");
    gate.resolve("second");
    expect(await Promise.all([second, third])).toEqual(["second", "second"]);
  });

  test("finishes work that is kept, and shares it with the next caller", async () => {
    const flights = createSingleFlight<never>();
    const signals: AbortSignal[] = [];
    const controller = new AbortController();
    const { signal } = controller;
    const first = rejectionOf(flights.join("a", endless(signals, true), { signal }));
    controller.abort();
    await first;
    expect(signals[0]?.aborted).toBe(false);
    const second = rejectionOf(flights.join("a", endless(signals)));
    expect(signals).toHaveLength(1);
    const reason = new Error("closed");
    await flights.close(reason);
    expect(await second).toBe(reason);
  });

  test("handles the failure of work that is kept and has lost its callers", async () => {
    const flights = createSingleFlight<never>();
    const gate = Promise.withResolvers<never>();
    const controller = new AbortController();
    const { signal } = controller;
    const start: StartWork<never> = async (_, keep) => {
      keep();
      return await gate.promise;
    };
    const caller = rejectionOf(flights.join("a", start, { signal }));
    const reason = new Error("aborted");
    controller.abort(reason);
    expect(await caller).toBe(reason);
    gate.reject(new Error("failed"));
  });

  test("starts nothing for a signal that has aborted", async () => {
    const flights = createSingleFlight<never>();
    const start = vi.fn<StartWork<never>>();
    const reason = new Error("too late");
    const signal = AbortSignal.abort(reason);
    expect(await rejectionOf(flights.join("a", start, { signal }))).toBe(reason);
    expect(start).not.toHaveBeenCalled();
  });

  test("leaves no listener on the signal of a caller", async () => {
    const flights = createSingleFlight<number>();
    const { signal } = new AbortController();
    await Promise.all([1, 2, 3].map((number) => flights.join("a", async () => number, { signal })));
    expect(countListeners(signal)).toBe(0);
  });
});

describe("close", () => {
  test("aborts all work and waits until it has cleaned up", async () => {
    const flights = createSingleFlight<string>();
    const cleaned = Promise.withResolvers<void>();
    const controller = new AbortController();
    const leaving = rejectionOf(
      flights.join(
        "aborted before",
        async () => {
          await cleaned.promise;
          return "cleaned";
        },
        { signal: controller.signal },
      ),
    );
    controller.abort();
    await leaving;
    const signals: AbortSignal[] = [];
    const joined = rejectionOf(flights.join("a", endless(signals)));
    const reason = new Error("closed");
    let isClosed = false;
    const close = async (): Promise<void> => {
      await flights.close(reason);
      isClosed = true;
    };
    const closing = close();
    expect(await joined).toBe(reason);
    expect(signals[0]?.reason).toBe(reason);
    expect(isClosed).toBe(false);
    cleaned.resolve();
    await closing;
  });

  test("rejects later calls, and may be called twice", async () => {
    const flights = createSingleFlight<never>();
    const start = vi.fn<StartWork<never>>();
    const reason = new Error("closed");
    await flights.close(reason);
    await flights.close(new Error("again"));
    expect(await rejectionOf(flights.join("a", start))).toBe(reason);
    expect(start).not.toHaveBeenCalled();
  });
});
