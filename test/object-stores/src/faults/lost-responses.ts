import { describe, expect, test } from "vitest";
import type { WrittenObject } from "@nixery/storage";
import { pieces } from "../bytes.ts";
import { writeStaged } from "../write-staged.ts";
import { type FaultBench, isDelete } from "./fault-bench.ts";
import { contentType, key, objectIs, small, there, untouched } from "./operations.ts";

/** The service does what it is asked, but its response does not arrive. */
export function testLostResponses(bench: FaultBench): void {
  const { is, large } = bench;
  const create = (bytes: Uint8Array): Promise<WrittenObject | undefined> | undefined =>
    bench.storage().create?.(key, pieces(bytes), { contentType });
  const versionOf = async (of: string): Promise<string> =>
    (await bench.direct().stat(of))?.version ?? "";

  describe("a response is lost", () => {
    test.each([
      ["to a small upload", small, is.upload],
      ["to the begin of a large one", large, is.begin],
      ["to the end of a large one", large, is.end],
    ] as const)("%s, stores the object once", async (_, bytes, when) => {
      bench.proxy().inject({ kind: "lose-response", when });
      await writeStaged(bench.storage(), key, bytes, contentType);
      expect(bench.proxy().pending).toBe(0);
      expect(await bench.objectOf(key)).toEqual(objectIs(bytes));
      expect(await bench.left()).toEqual({ keys: [key, there], unfinished: [] });
    });

    test.each([
      ["copy", is.copy],
      ["removal", isDelete],
    ] as const)("to the %s of a move, moves once", async (_, when) => {
      bench.proxy().inject({ kind: "lose-response", when });
      await bench.run("move");
      expect(bench.proxy().pending).toBe(0);
      expect(await bench.objectOf(key)).toEqual(objectIs(small));
      expect(await bench.left()).toEqual({ keys: [key], unfinished: [] });
    });

    test.each([
      ["a small object", small, is.upload],
      ["a large object", large, is.end],
    ] as const)("to a create of %s, reports the object as created", async (_, bytes, when) => {
      bench.proxy().inject({ kind: "lose-response", when });
      const created = await create(bytes);
      expect(bench.proxy().pending).toBe(0);
      expect(created).toEqual({
        key,
        size: bytes.byteLength,
        contentType,
        version: await versionOf(key),
      });
      expect(await bench.objectOf(key)).toEqual(objectIs(bytes));
      expect(await create(bytes)).toBeUndefined();
      expect(await bench.left()).toEqual({ keys: [key, there], unfinished: [] });
    });

    test("to a replace, reports the object as replaced", async () => {
      await bench.direct().write(key, pieces(small.toReversed()), { contentType });
      bench.proxy().inject({ kind: "lose-response", when: is.upload });
      const replaced = await bench
        .storage()
        .replace?.(key, await versionOf(key), pieces(small), { contentType });
      expect(bench.proxy().pending).toBe(0);
      expect(replaced).toMatchObject({ key, version: await versionOf(key) });
      expect(await bench.objectOf(key)).toEqual(objectIs(small));
    });

    test("to the removal of a version, reports it as removed", async () => {
      bench.proxy().inject({ kind: "lose-response", when: isDelete });
      expect(await bench.storage().removeVersion?.(there, await versionOf(there))).toBe(true);
      expect(bench.proxy().pending).toBe(0);
      expect(await bench.left()).toEqual({ keys: [], unfinished: [] });
    });
  });

  describe("a conditional request is retried", () => {
    test.each([
      ["small", small, is.upload],
      ["large", large, is.end],
    ] as const)(
      "does not take an equal %s object of another for its own",
      async (_, bytes, when) => {
        await bench.direct().write(key, pieces(bytes), { contentType });
        bench.proxy().inject({ kind: "respond", status: 503, when });
        expect(await create(bytes)).toBeUndefined();
        expect(await bench.left()).toEqual({ keys: [key, there], unfinished: [] });
      },
    );

    test("does not remove another version", async () => {
      const version = await versionOf(there);
      await bench.direct().write(there, pieces(small.toReversed()), { contentType });
      bench.proxy().inject({ kind: "respond", status: 503, when: isDelete });
      expect(await bench.storage().removeVersion?.(there, version)).toBe(false);
      expect(await bench.left()).toEqual(untouched);
    });
  });
}
