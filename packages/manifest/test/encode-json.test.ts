import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isManifestError } from "@nixery/manifest";
import { encodeJson } from "../src/encode-json.ts";

const text = (value: unknown): string => new TextDecoder().decode(encodeJson(value));

function failure(value: unknown): unknown {
  try {
    return text(value);
  } catch (error) {
    return error;
  }
}

describe("encodeJson", () => {
  test("sorts keys by code unit, numbers among them, without white space", () => {
    expect(text({ b: 1, a: { "10": true, "9": null, Z: [] }, "": "x" })).toBe(
      '{"":"x","a":{"10":true,"9":null,"Z":[]},"b":1}',
    );
  });

  test("sorts as RFC 8785 does in its example", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const keys = [...text(value).matchAll(/"([^"]*)":/g)].map(
      ([, key]) => JSON.parse(`"${key}"`) as unknown,
    );
    expect(keys).toEqual(["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"]);
  });

  test("leaves out what is undefined", () => {
    expect(text({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  test.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    ["\ud800"],
    [[undefined]],
    [new Date(0)],
    [new Map()],
    [new Uint8Array(1)],
    [1n],
    [() => 1],
  ])("refuses %s", (value) => {
    expect(isManifestError(failure({ value }), "ERR_MANIFEST_INVALID_VALUE")).toBe(true);
  });

  test("what it writes says the same value, whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const written = text(value);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text(JSON.parse(written, (_key, inner: unknown) => reverseKeys(inner)))).toBe(
          written,
        );
      }),
    );
  });
});

function reverseKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).toReversed());
}
