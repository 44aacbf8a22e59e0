import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { PopcountError } from "../src/index.ts";
import { Transient, createRetry, parseRetryAfter } from "../src/retry.ts";

const { signal } = new AbortController();

test("tries until it succeeds, and tells of each failure", async () => {
  const reasons: string[] = [];
  const retry = createRetry({ retryDelay: 1, onRetry: (reason) => reasons.push(reason) });
  let tries = 0;
  const operation = async (): Promise<string> => {
    tries += 1;
    if (tries < 4) {
      throw tries === 1
        ? new TypeError("fetch failed", { cause: new Error("reset") })
        : new Transient("HTTP status 500");
    }
    return "done";
  };
  expect(await retry("it", operation, { signal })).toBe("done");
  expect(reasons).toEqual(["reset", "HTTP status 500", "HTTP status 500"]);
});

test("does not repeat what cannot pass", async () => {
  let tries = 0;
  const error = new PopcountError("ERR_POPCOUNT_TOO_LARGE", "too large");
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
  const retry = createRetry({ attempts: 4, retryDelay: 40, random: () => 0 });
  const operation = (): Promise<never> => {
    waits.push(performance.now() - last);
    last = performance.now();
    return Promise.reject(new Transient("busy"));
  };
  await expect(retry("it", operation, { signal })).rejects.toMatchObject({
    code: "ERR_POPCOUNT_UNAVAILABLE",
    message: "it could not be read after 4 attempts (busy); try again later",
  });
  // Half of 40, 80 and 160: the least that jitter leaves. Timers may be a millisecond early.
  expect(waits).toHaveLength(4);
  expect(waits[1]).toBeGreaterThan(18);
  expect(waits[2]).toBeGreaterThan(38);
  expect(waits[3]).toBeGreaterThan(78);
});

test("one answer with Retry-After keeps all requests back", async () => {
  const retry = createRetry({ retryDelay: 1 });
  const started = performance.now();
  const later: number[] = [];
  const operation = (answer: Transient) => {
    let tries = 0;
    return async () => {
      tries += 1;
      if (tries === 1) {
        throw answer;
      }
      later.push(performance.now() - started);
    };
  };
  await Promise.all([
    retry("a", operation(new Transient("HTTP status 429", 150)), { signal }),
    retry("b", operation(new Transient("HTTP status 500")), { signal }),
  ]);
  expect(Math.min(...later)).toBeGreaterThan(148);
});

test("an abort ends the waiting at once, and leaves no listener", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const retry = createRetry({ retryDelay: 3_600_000, onRetry: () => controller.abort(reason) });
  const operation = retry("it", () => Promise.reject(new Transient("busy")), controller);
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
  // "-1" is a year to Date.parse; any time in the past is as good as none.
  expect(parseRetryAfter(header, now) ?? 0).toBe(expected ?? 0);
});
