import { posix } from "node:path";
import { assertKey, isStorageError, keyPattern, stagingKey } from "@nixery/storage";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("keyPattern", () => {
  test.each([
    stagingKey(),
    "blobs/sha256-0",
    "a/0",
    "0-9/a-",
    `${"n".repeat(32)}/${"i".repeat(128)}`,
  ])("matches %s", (key) => {
    expect(key).toMatch(keyPattern);
  });

  test.each([
    ...["", "a", "a/", "/a", "a/b/c", "A/b", "a/B", "a_/b", "a/b_", "-a/b", "a/-b", ".a/b"],
    ...["a/.b", "a/b\n", `${"n".repeat(33)}/a`, `a/${"i".repeat(129)}`],
  ])("does not match %j", (key) => {
    expect(key).not.toMatch(keyPattern);
  });

  test("does not match a path out of a directory", () => {
    const parts = fc.constantFrom("blobs", "/", ".", "..", "a", "-", "%2e", "\\", "\n");
    fc.assert(
      fc.property(fc.array(parts), (chosen) => {
        const key = chosen.join("");
        const isInside = posix.normalize(key) === key && key.split("/").length === 2;
        expect(isInside || !keyPattern.test(key)).toBe(true);
      }),
    );
  });
});

test("stagingKey returns another key at each call", () => {
  expect(stagingKey()).not.toBe(stagingKey());
});

test("assertKey throws with the key on one line", () => {
  expect(() => assertKey("blobs/a", "fs:here")).not.toThrow();
  const error = thrownBy(() => assertKey("blobs/a\nb", "fs:here"));
  expect(isStorageError(error, "ERR_STORAGE_INVALID_KEY")).toBe(true);
  expect(error).toMatchObject({ backend: "fs:here", key: "blobs/a\nb" });
  expect(error).toHaveProperty("message", expect.stringMatching(/^Invalid key "blobs\/a\\nb"\./));
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
