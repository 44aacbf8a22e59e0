import { beforeEach, describe, expect, test } from "vitest";
import { stagingKey } from "@nixery/storage";
import { collect, pieces } from "../bytes.ts";
import { failure, failureOf } from "./failure-of.ts";
import { always, type FaultBench } from "./fault-bench.ts";
import { contentType, key, objectIs, small, there, untouched } from "./operations.ts";

/** Bytes are cut off, stall or change on the way. */
export function testBrokenConnections(bench: FaultBench): void {
  const { is, large } = bench;

  describe.each(["cut", "stall"] as const)("the connection suffers a %s", (kind) => {
    beforeEach(() => {
      if (kind === "stall") {
        bench.expectStalls();
      }
    });

    test("in the middle of a small upload, sends it again", async () => {
      bench.proxy().inject({ kind, body: "upload", at: 5000, when: is.upload });
      await bench.run("write of a small object");
      expect(bench.proxy().pending).toBe(0);
      expect(await bench.objectOf(key)).toEqual(objectIs(small));
    });

    test("in the middle of a part, sends the part again", async () => {
      bench.proxy().inject({ kind, body: "upload", at: 100_000, when: is.secondPart, times: 2 });
      await bench.run("write of a large object");
      expect(bench.proxy().pending).toBe(0);
      expect(await bench.objectOf(key)).toEqual(objectIs(large));
    });

    test("in every upload, leaves nothing", async () => {
      bench.proxy().inject({ kind, body: "upload", at: 5000, when: is.upload, times: always });
      expect(await failureOf(bench.run("write of a small object"))).toEqual(
        failure(bench.storage(), "ERR_STORAGE_UNAVAILABLE", key),
      );
      expect(await bench.left()).toEqual(untouched);
    });

    test("in every part, leaves nothing, even under a staging key", async () => {
      const when = is.secondPart;
      bench.proxy().inject({ kind, body: "upload", at: 100_000, when, times: always });
      const staging = stagingKey();
      const running = bench.storage().write(staging, pieces(large), { contentType });
      expect(await failureOf(running)).toEqual(
        failure(bench.storage(), "ERR_STORAGE_UNAVAILABLE", staging),
      );
      expect(await bench.left()).toEqual(untouched);
    });

    test("in the middle of a download, goes on from there", async () => {
      await bench.direct().write(key, pieces(large), { contentType });
      for (const at of [100_000, 200_000, 300_000]) {
        bench.proxy().inject({ kind, body: "download", at, when: is.download });
      }
      const read = await bench.storage().read(key);
      const bytes = await collect(read?.body ?? pieces(small));
      expect(bytes.equals(large)).toBe(true);
      expect(bench.proxy().pending).toBe(0);
    });

    test("in the middle of a range, goes on from there", async () => {
      await bench.direct().write(key, pieces(large), { contentType });
      bench.proxy().inject({ kind, body: "download", at: 100_000, when: is.download });
      const read = await bench.storage().read(key, { range: { start: 1000, end: 400_000 } });
      const bytes = await collect(read?.body ?? pieces(small));
      expect(bytes.equals(large.subarray(1000, 400_001))).toBe(true);
      expect(bench.proxy().pending).toBe(0);
    });

    test("in every download, fails", async () => {
      bench.proxy().inject({ kind, body: "download", at: 0, when: is.download, times: always });
      expect(await failureOf(bench.run("read"))).toEqual(
        failure(bench.storage(), "ERR_STORAGE_UNAVAILABLE", there),
      );
    });
  });

  describe("bytes change on the way", () => {
    test.each([
      ["a small object", "write of a small object", is.upload],
      ["a large object", "write of a large object", is.secondPart],
    ] as const)("of %s, does not store them", async (_, name, when) => {
      bench.proxy().inject({ kind: "corrupt", body: "upload", at: 6000, when });
      expect(await failureOf(bench.run(name))).toEqual(
        failure(bench.storage(), "ERR_STORAGE_CORRUPT", key),
      );
      expect(await bench.left()).toEqual(untouched);
    });

    test("of a new object, keeps the old one", async () => {
      await bench.direct().write(key, pieces(small), { contentType });
      bench.proxy().inject({ kind: "corrupt", body: "upload", at: 6000, when: is.upload });
      const running = bench.storage().write(key, pieces(small.toReversed()), { contentType });
      expect(await failureOf(running)).toEqual(
        failure(bench.storage(), "ERR_STORAGE_CORRUPT", key),
      );
      expect(await bench.objectOf(key)).toEqual(objectIs(small));
    });

    test("of a download, fails at its end", async () => {
      bench.proxy().inject({ kind: "corrupt", body: "download", at: 5000, when: is.download });
      expect(await failureOf(bench.run("read"))).toEqual(
        failure(bench.storage(), "ERR_STORAGE_CORRUPT", there),
      );
    });
  });
}
