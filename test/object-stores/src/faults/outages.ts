import { describe, expect, test } from "vitest";
import { failure, failureOf } from "./failure-of.ts";
import { always, type FaultBench, isAny } from "./fault-bench.ts";
import { key, objectIs, type OperationName, small, there, untouched } from "./operations.ts";

/** Each operation, and the key in its error. */
const operations: readonly (readonly [OperationName, string | undefined])[] = [
  ["write of a small object", key],
  ["write of a large object", key],
  ["create of a small object", key],
  ["create of a large object", key],
  ["read", there],
  ["stat", there],
  ["move", there],
  ["remove", there],
  ["list", undefined],
];

/** The service responds, but not as it should. */
export function testOutages(bench: FaultBench): void {
  const { is, responses } = bench;

  describe("the service responds with 503", () => {
    test.each(operations)("once, retries a %s", async (name) => {
      bench.proxy().inject({ kind: "respond", status: 503, when: isAny });
      await bench.run(name);
      expect(bench.proxy().pending).toBe(0);
    });

    test.each(operations)("always, fails a %s", async (name, of) => {
      bench.proxy().inject({ kind: "respond", status: 503, when: isAny, times: always });
      expect(await failureOf(bench.run(name))).toEqual(
        failure(bench.storage(), "ERR_STORAGE_UNAVAILABLE", of),
      );
      expect(await bench.left()).toEqual(untouched);
    });

    test("in the middle of an upload, sends the part again", async () => {
      bench.proxy().inject({ kind: "respond", status: 503, when: is.secondPart, times: 2 });
      await bench.run("write of a large object");
      expect(await bench.objectOf(key)).toEqual(objectIs(bench.large));
    });

    test.each([
      ["from the middle of an upload on", is.secondPart],
      ["at the end of an upload", is.end],
    ])("%s, cancels it", async (_, when) => {
      bench.proxy().inject({ kind: "respond", status: 503, when, times: always });
      expect(await failureOf(bench.run("write of a large object"))).toEqual(
        failure(bench.storage(), "ERR_STORAGE_UNAVAILABLE", key),
      );
      expect(await bench.left()).toEqual(untouched);
    });
  });

  describe("the credentials have expired", () => {
    test.each(responses.expired)("with $status, fails at once", async ({ status, body }) => {
      for (const [name] of operations) {
        const before = bench.proxy().requests.length;
        bench.proxy().inject({ kind: "respond", status, body, when: isAny });
        await expect(bench.run(name)).rejects.toMatchObject({ code: "ERR_STORAGE_DENIED" });
        expect(bench.proxy().requests.length - before).toBe(1);
      }
      expect(await bench.left()).toEqual(untouched);
    });

    test.each(responses.expired)(
      "with $status in the middle of an upload, cancels it",
      async ({ status, body }) => {
        bench.proxy().inject({ kind: "respond", status, body, when: is.secondPart });
        expect(await failureOf(bench.run("write of a large object"))).toEqual(
          failure(bench.storage(), "ERR_STORAGE_DENIED", key),
        );
        expect(await bench.left()).toEqual(untouched);
      },
    );
  });

  describe("the service", () => {
    test("is another one, fails as unavailable", async () => {
      const body = "<p>Log in";
      bench.proxy().inject({ kind: "respond", status: 502, body, when: isAny, times: always });
      expect(await failureOf(bench.run("stat"))).toEqual(
        failure(bench.storage(), "ERR_STORAGE_UNAVAILABLE", there),
      );
    });

    test("has no space left, fails as full", async () => {
      bench.proxy().inject({ kind: "respond", ...responses.full, when: is.upload });
      expect(await failureOf(bench.run("write of a small object"))).toEqual(
        failure(bench.storage(), "ERR_STORAGE_FULL", key),
      );
    });
  });

  test("a response is lost and the retry fails, rejects with the error of the retry", async () => {
    bench.proxy().inject({ kind: "lose-response", when: is.upload });
    bench.proxy().inject({ kind: "respond", ...responses.full, when: is.upload });
    expect(await failureOf(bench.run("write of a small object"))).toEqual(
      failure(bench.storage(), "ERR_STORAGE_FULL", key),
    );
    expect(await bench.objectOf(key)).toEqual(objectIs(small));
  });
}
