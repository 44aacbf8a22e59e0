import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Popularity } from "@nixery/layers";
import { encodePopularity, parsePopularity } from "../src/index.ts";

test("reads a map that layers takes as it is", () => {
  const { data, identity } = parsePopularity('{"glibc-2.39": 300000, "hello-2.12": 1}');
  const popularity: Popularity = data;
  expect(popularity).toEqual(
    new Map([
      ["glibc-2.39", 300_000],
      ["hello-2.12", 1],
    ]),
  );
  expect(identity).toMatch(/^[0-9a-f]{64}$/);
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
])("refuses %j", (text, message) => {
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

test("what is encoded is read back, and is the same bytes whatever the order", () => {
  fc.assert(
    fc.property(entries, fc.infiniteStream(fc.nat()), (list, random) => {
      const counts = new Map(list);
      const text = encodePopularity(counts);
      expect(parsePopularity(text).data).toEqual(counts);
      const keys = new Map(list.map((entry) => [entry, random.next().value]));
      const shuffled = list.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      expect(encodePopularity(new Map(shuffled))).toBe(text);
    }),
  );
});

test("the identity is that of the data, not of the way it is written", () => {
  const { identity } = parsePopularity('{"b":2,"a":1}');
  expect(parsePopularity('{ "a": 1.0, "b": 2 }\n').identity).toBe(identity);
  expect(parsePopularity('{"a":1,"b":3}').identity).not.toBe(identity);
  expect(parsePopularity('{"a":1}').identity).not.toBe(identity);
  expect(parsePopularity('{"a":0}').identity).toBe(parsePopularity('{"a":-0}').identity);
});
