import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { errnoOf } from "@nixery/kit/errno-of";
import { isRecord } from "@nixery/kit/is-record";
import { reasonOf } from "@nixery/kit/reason-of";
import { wholeNumber } from "@nixery/kit/whole-number";
import { rejectionOf } from "./support/rejection.ts";

describe("isRecord", () => {
  test.each([{}, { a: 1 }, new Map(), Object.create(null) as object])("%o is one", (value) => {
    expect(isRecord(value)).toBe(true);
  });

  test.each([undefined, null, [], "a", 1, true, () => 1])("%o is not", (value) => {
    expect(isRecord(value)).toBe(false);
  });
});

describe("errnoOf", () => {
  test("is the code of a system error", async () => {
    expect(errnoOf(await rejectionOf(readFile("/none/such")))).toBe("ENOENT");
  });

  test.each([undefined, null, "ENOENT", { code: "ENOENT" }, new Error("no code")])(
    "is undefined for %o",
    (value) => {
      expect(errnoOf(value)).toBeUndefined();
    },
  );

  test("is undefined for a code that is not a text", () => {
    expect(errnoOf(Object.assign(new Error("failed"), { code: 5 }))).toBeUndefined();
  });
});

describe("reasonOf", () => {
  test.each([
    ["text", "text"],
    [undefined, "undefined"],
    [new Error("failed"), "failed"],
    [new Error("fetch failed", { cause: new Error("a", { cause: new Error("b") }) }), "b"],
    [new Error("failed", { cause: "text" }), "failed"],
    [new AggregateError([new Error("a"), new Error("b")]), "a, b"],
    [new AggregateError([new Error("a")], "both failed"), "both failed"],
    [new Error("fetch failed", { cause: new AggregateError([new Error("a")]) }), "a"],
    [Object.assign(new Error(), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    [new AggregateError([]), "AggregateError"],
    [new TypeError(), "TypeError"],
  ])("of %o is %j", (error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });

  test("stops where causes form a cycle", () => {
    const error = new Error("failed");
    error.cause = new Error("again", { cause: error });
    expect(["failed", "again"]).toContain(reasonOf(error));
    const both = new AggregateError([]);
    both.errors.push(both);
    expect(reasonOf(both)).toBe("AggregateError");
  });
});

const invalid = (message: string): Error => new TypeError(message);

describe("wholeNumber", () => {
  test.each([1, 5, 9])("is %d, which is in the bounds", (value) => {
    expect(wholeNumber("level", value, { min: 1, max: 9 }, invalid)).toBe(value);
  });

  test.each([0, 10, -1, 1.5, Number.NaN, Infinity, "5" as unknown as number])(
    "throws the error of the caller for %o",
    (value) => {
      expect(() => wholeNumber("level", value, { min: 1, max: 9 }, invalid)).toThrow(
        new TypeError(`Invalid option level: ${value}. Use a whole number from 1 to 9.`),
      );
    },
  );

  test("needs no upper bound", () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(wholeNumber("budget", most, { min: 1 }, invalid)).toBe(most);
    for (const value of [0, most + 1]) {
      expect(() => wholeNumber("budget", value, { min: 1 }, invalid)).toThrow(
        new TypeError(`Invalid option budget: ${value}. Use a whole number of at least 1.`),
      );
    }
  });
});
