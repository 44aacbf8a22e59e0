import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createPopularity } from "@nixery/layers";
import { encodePopularity, parsePopularity } from "../src/index.ts";

test("parses a map into the popularity that layers takes", () => {
  const popularity = parsePopularity('{"glibc-2.39": 300000, "hello-2.12": 1}');
  const counts = new Map([
    ["glibc-2.39", 300_000],
    ["hello-2.12", 1],
  ]);
  expect(popularity.counts).toEqual(counts);
  expect(popularity.identity).toMatch(/^[0-9a-f]{64}$/);
  expect(popularity).toEqual(createPopularity(counts));
});

test("names the origin of invalid data", () => {
  expect(() => parsePopularity("[]", "/etc/p.json")).toThrow(
    'Popularity data of "/etc/p.json" is invalid: it is not a JSON object.',
  );
});

test.each([
  ["", "not JSON"],
  ["<html>", "not JSON"],
  ['{"a": 1', "not JSON"],
  ["null", "not a JSON object"],
  ["[1, 2]", "not a JSON object"],
  ["7", "not a JSON object"],
  ['{"a": "1"}', 'the count of "a"'],
  ['{"a": 1, "b": -1}', 'the count of "b"'],
  ['{"a": 1.5}', 'the count of "a"'],
  ['{"a": 1e300}', 'the count of "a"'],
  ['{"a": null}', 'the count of "a"'],
  ['{"a": {}}', 'the count of "a"'],
  ['{"__proto__": {"a": 1}}', 'the count of "__proto__"'],
])("rejects %j", (text, message) => {
  expect(() => parsePopularity(text)).toThrow(
    expect.objectContaining({
      code: "ERR_POPCOUNT_INVALID_POPULARITY",
      message: expect.stringContaining(message),
    }),
  );
});

const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.maxSafeNat()), {
  selector: ([name]) => name,
});

test("encoded counts are parsed again, and have the same bytes in any order", () => {
  fc.assert(
    fc.property(entries, fc.infiniteStream(fc.nat()), (list, random) => {
      const counts = new Map(list);
      const text = encodePopularity(counts);
      expect(parsePopularity(text).counts).toEqual(counts);
      const keys = new Map(list.map((entry) => [entry, random.next().value]));
      const shuffled = list.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      expect(encodePopularity(new Map(shuffled))).toBe(text);
    }),
  );
});

test("the identity is that of the counts, not of the text", () => {
  const { identity } = parsePopularity('{"b":2,"a":1}');
  expect(parsePopularity('{ "a": 1.0, "b": 2 }\n').identity).toBe(identity);
  expect(parsePopularity('{"a":1,"b":3}').identity).not.toBe(identity);
  expect(parsePopularity('{"a":1}').identity).not.toBe(identity);
  expect(parsePopularity('{"a":0}').identity).toBe(parsePopularity('{"a":-0}').identity);
});
