import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { BinaryCacheError } from "@nixery/binary-cache";
import { createRetry, parseRetryAfter, TransientError } from "../src/retry.ts";

const { signal } = new AbortController();

test("repeats an operation until it succeeds, and reports each failure", async () => {
  const reasons: string[] = [];
  const retry = createRetry({ retryDelay: 1, onRetry: (reason) => reasons.push(reason) });
  let tries = 0;
  const operation = async (): Promise<string> => {
    tries += 1;
    if (tries < 4) {
      throw tries === 1
        ? new TransientError("fetch failed", { cause: new Error("reset") })
        : new TransientError("HTTP status 500");
    }
    return "done";
  };
  expect(await retry("it", operation, { signal })).toBe("done");
  expect(reasons).toEqual(["reset", "HTTP status 500", "HTTP status 500"]);
});

test("does not repeat an operation that fails for good", async () => {
  let tries = 0;
  const error = new BinaryCacheError("ERR_BINARY_CACHE_TOO_LARGE", { message: "Too large." });
  const operation = (): Promise<never> => {
    tries += 1;
    return Promise.reject(error);
  };
  await expect(createRetry()("it", operation, { signal })).rejects.toBe(error);
  expect(tries).toBe(1);
});

test("waits twice as long each time, with jitter", async () => {
  const waits: number[] = [];
  let last = performance.now();
  const retry = createRetry({ maxAttempts: 4, retryDelay: 40, random: () => 0 });
  const operation = (): Promise<never> => {
    waits.push(performance.now() - last);
    last = performance.now();
    return Promise.reject(new TransientError("busy"));
  };
  await expect(retry("it", operation, { signal })).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNAVAILABLE",
    message: 'Reading "it" failed after 4 attempts (busy). Try again later.',
  });
  // Half of 40, 80 and 160, the minimum with jitter. Timers may be a millisecond early.
  expect(waits).toHaveLength(4);
  expect(waits[1]).toBeGreaterThan(18);
  expect(waits[2]).toBeGreaterThan(38);
  expect(waits[3]).toBeGreaterThan(78);
});

test("Retry-After in one response holds all requests back", async () => {
  const retry = createRetry({ retryDelay: 1 });
  const started = performance.now();
  const later: number[] = [];
  const operation = (failure: TransientError) => {
    let tries = 0;
    return async () => {
      tries += 1;
      if (tries === 1) {
        throw failure;
      }
      later.push(performance.now() - started);
    };
  };
  await Promise.all([
    retry("a", operation(new TransientError("HTTP status 429", { retryAfter: 150 })), { signal }),
    retry("b", operation(new TransientError("HTTP status 500")), { signal }),
  ]);
  expect(Math.min(...later)).toBeGreaterThan(148);
});

test("an abort stops the wait at once, and leaves no listener", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const retry = createRetry({ retryDelay: 3_600_000, onRetry: () => controller.abort(reason) });
  const operation = retry("it", () => Promise.reject(new TransientError("busy")), controller);
  await expect(operation).rejects.toBe(reason);
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
});

test.each([
  ["0", 0],
  ["120", 120_000],
  ["Wed, 21 Oct 2015 07:28:10 GMT", 10_000],
  ["Wed, 21 Oct 2015 07:27:00 GMT", 0],
  ["soon", undefined],
  ["-1", undefined],
  [null, undefined],
])("Retry-After %j is %j milliseconds", (header, expected) => {
  const now = Date.parse("2015-10-21T07:28:00Z");
  // Date.parse takes "-1" for a year; a time in the past needs no wait either.
  expect(parseRetryAfter(header, now) ?? 0).toBe(expected ?? 0);
});
