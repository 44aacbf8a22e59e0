import { describe, expect, test } from "vitest";
import { collect, pieces } from "../bytes.ts";
import { type FaultBench, isAny, isDelete } from "./fault-bench.ts";
import { contentType, key, run, small, untouched } from "./operations.ts";

/** The caller aborts while the connection is idle. */
export function testAborts(bench: FaultBench): void {
  const { is, large } = bench;

  describe("the caller aborts while nothing arrives,", () => {
    test.each([
      ["a small upload", "write of a small object", is.upload],
      ["the begin of an upload", "write of a large object", is.begin],
      ["a part", "write of a large object", is.secondPart],
      ["the end of an upload", "write of a large object", is.end],
      ["a conditional upload", "create of a small object", is.upload],
      ["the end of a conditional upload", "create of a large object", is.end],
      ["a download", "read", is.download],
      ["a look-up", "stat", isAny],
      ["a copy", "move", is.copy],
      ["a removal", "remove", isDelete],
      ["a listing", "list", isAny],
    ] as const)("%s stops at once and closes its connection", async (_, name, when) => {
      const controller = new AbortController();
      const reason = new Error("the caller aborted");
      bench.proxy().inject({ kind: "hold", when });
      const held = bench.proxy().next(when);
      const running = run(name, bench.storage(), large, controller.signal);
      await held;
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      expect(await bench.left()).toEqual(untouched);
    });

    test("a partly read body stops at once and closes its connection", async () => {
      await bench.direct().write(key, pieces(large), { contentType });
      const controller = new AbortController();
      const reason = new Error("the caller aborted");
      bench.proxy().inject({ kind: "stall", body: "download", at: 100_000, when: is.download });
      const read = await bench.storage().read(key, { signal: controller.signal });
      const reading = collect(read?.body ?? pieces(small));
      controller.abort(reason);
      await expect(reading).rejects.toBe(reason);
    });
  });
}
