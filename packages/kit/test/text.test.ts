import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareText } from "@nixery/kit/compare-text";
import { enumerate } from "@nixery/kit/enumerate";
import { oneLine } from "@nixery/kit/one-line";
import { quote } from "@nixery/kit/quote";

describe("quote", () => {
  test.each([
    ["git", '"git"'],
    ["", '""'],
    ['a"b\\', String.raw`"a\"b\\"`],
    ["a\nb\u0000", String.raw`"a\nb\u0000"`],
    ["\u001B[31m\u009B31m\u007F", String.raw`"\u001b[31m\u009b31m\u007f"`],
    ["\u2028a\u202Eb\u200B", String.raw`"\u2028a\u202eb\u200b"`],
    ["é日", '"é日"'],
  ])("%j becomes %s", (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  test("cuts a text of more than 64 characters", () => {
    expect(quote("a".repeat(64))).toBe(`"${"a".repeat(64)}"`);
    expect(quote("a".repeat(65))).toBe(`"${"a".repeat(63)}…"`);
  });

  test("is one line of valid JSON for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 64 }), (text) => {
        const quoted = quote(text);
        expect(JSON.parse(quoted)).toBe(text.length > 64 ? `${text.slice(0, 63)}…` : text);
        expect(quoted).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe("oneLine", () => {
  test.each([
    [" a\r\n\t b \n", "a b"],
    ["a", "a"],
    ["\n", ""],
  ])("%j becomes %j", (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  test("cuts a long text", () => {
    expect(oneLine("a".repeat(500))).toBe("a".repeat(500));
    expect(oneLine("a".repeat(501))).toBe(`${"a".repeat(499)}…`);
    expect(oneLine("a b c", 4)).toBe("a b…");
  });
});

describe("enumerate", () => {
  test.each([
    [[], ""],
    [["a"], "a"],
    [["a", "b"], "a and b"],
    [["a", "b", "c"], "a, b and c"],
  ])("%j becomes %j", (items, text) => {
    expect(enumerate(items)).toBe(text);
  });

  test("takes another conjunction", () => {
    expect(enumerate(["a", "b", "c"], "or")).toBe("a, b or c");
  });
});

describe("compareText", () => {
  test("sorts by code units, like toSorted without a function", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
        expect(texts.toSorted(compareText)).toEqual(texts.toSorted());
      }),
    );
    expect(["b", "a", "B", "ä"].toSorted(compareText)).toEqual(["B", "a", "b", "ä"]);
    expect(compareText("a", "a")).toBe(0);
  });
});
