import { describe, expect, test } from "vitest";
import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

type Code = "ERR_TEST_A" | "ERR_TEST_B";

const brand = Symbol.for("@nixery/kit/test/TestError");

class TestError extends CodedError<Code> {
  override readonly name = "TestError";

  constructor(code: Code, details: CodedErrorDetails) {
    super(brand, code, details);
  }
}

describe("CodedError", () => {
  test("has a code, a message, and the cause that it got", () => {
    const cause = new Error("cause");
    const error = new TestError("ERR_TEST_A", { message: "It failed.", cause });
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe("TestError: It failed.");
    expect(error).toMatchObject({ code: "ERR_TEST_A", cause });
    expect(new TestError("ERR_TEST_A", { message: "It failed." })).not.toHaveProperty("cause");
  });

  test("has its brand where nothing prints it", () => {
    const error = new TestError("ERR_TEST_A", { message: "It failed." });
    expect(Object.keys(error).toSorted()).toEqual(["code", "name"]);
    expect(Object.getOwnPropertyDescriptor(error, brand)?.enumerable).toBe(false);
  });
});

describe("isCodedError", () => {
  test("finds errors by brand and code, also of another copy of the package", () => {
    const error = new TestError("ERR_TEST_A", { message: "It failed." });
    const copy = { code: "ERR_TEST_A", [Symbol.for("@nixery/kit/test/TestError")]: true };
    for (const value of [error, copy]) {
      expect(isCodedError(value, brand)).toBe(true);
      expect(isCodedError(value, brand, "ERR_TEST_A")).toBe(true);
      expect(isCodedError(value, brand, "ERR_TEST_B")).toBe(false);
      expect(isCodedError(value, Symbol.for("@nixery/kit/test/OtherError"))).toBe(false);
    }
  });

  test.each([undefined, null, "ERR_TEST_A", 1, new Error("other"), { code: "ERR_TEST_A" }])(
    "does not take %o for one",
    (value) => {
      expect(isCodedError(value, brand)).toBe(false);
    },
  );
});
