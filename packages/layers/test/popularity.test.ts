import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createPopularity, encodePopularity } from "@nixery/layers";

const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.maxSafeNat()), {
  selector: ([name]) => name,
});

test("equal counts have the same encoding and identity in any order", () => {
  fc.assert(
    fc.property(entries, fc.infiniteStream(fc.nat()), (list, random) => {
      const places = new Map(list.map((entry) => [entry, random.next().value]));
      const shuffled = list.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
      expect(encodePopularity(new Map(shuffled))).toBe(encodePopularity(new Map(list)));
      expect(createPopularity(shuffled).identity).toBe(createPopularity(list).identity);
    }),
  );
});

test("the encoding is JSON of the counts", () => {
  fc.assert(
    fc.property(entries, (list) => {
      const decoded: unknown = JSON.parse(encodePopularity(new Map(list)));
      expect(decoded).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(list))));
    }),
  );
});

test("the encoding has one name a line, in the order of code units", () => {
  const counts = new Map([
    ["b", 2],
    ["10", 1],
    ["9", 0],
    ["B", 3],
  ]);
  expect(encodePopularity(counts)).toBe('{\n"10":1,\n"9":0,\n"B":3,\n"b":2\n}\n');
  expect(encodePopularity(new Map())).toBe("{}\n");
});

test("the identity is the SHA-256 of the encoding", () => {
  // printf '{\n"a":1\n}\n' | sha256sum
  expect(createPopularity([["a", 1]]).identity).toBe(
    "9d891e07e1a0c0b9cefdc7823b32bb0b20caccc042823bcee1954fb9d8899e49",
  );
  expect(createPopularity([["a", -0]]).identity).toBe(createPopularity([["a", 0]]).identity);
  expect(createPopularity([["a", 2]]).identity).not.toBe(createPopularity([["a", 1]]).identity);
});

test("the counts are a copy without invalid ones", () => {
  const counts = new Map([
    ["a", 1],
    ["b", -1],
    ["c", Number.NaN],
    ["d", Number.POSITIVE_INFINITY],
    ["constructor", 0],
  ]);
  const popularity = createPopularity(counts);
  counts.set("a", 7);
  expect([...popularity.counts]).toEqual([
    ["a", 1],
    ["constructor", 0],
  ]);
});
