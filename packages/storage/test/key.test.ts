import * as fc from "fast-check";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import {
  StorageError,
  assertKey,
  buildKey,
  isStorageError,
  keyPattern,
  layerKey,
  manifestKey,
  resolveRange,
  stagingKey,
} from "@nixery/storage";

describe("keys", () => {
  test("are made for each kind of object", () => {
    const hex = "0".repeat(64);
    for (const key of [layerKey(hex), buildKey(hex), manifestKey("a-1"), stagingKey()]) {
      expect(key).toMatch(keyPattern);
    }
    expect(stagingKey()).not.toBe(stagingKey());
  });

  test("never lead out of their folder", () => {
    const parts = fc.constantFrom(
      "layers/",
      "staging",
      "/",
      ".",
      "..",
      "a",
      "-",
      "%2e",
      "\\",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(parts), (chosen) => {
        const key = `layers/${chosen.join("")}`;
        const staysInside = posix.normalize(key) === key && key.split("/").length === 2;
        expect(staysInside || !keyPattern.test(key)).toBe(true);
      }),
    );
  });

  test("that are none are told on one line", () => {
    const error = thrownBy(() => assertKey("layers/a\nb", "fs:here"));
    expect(isStorageError(error, "ERR_STORAGE_INVALID_KEY")).toBe(true);
    expect(error).toMatchObject({ backend: "fs:here", key: "layers/a\nb" });
    expect(error).toHaveProperty("message", expect.not.stringContaining("\n"));
  });
});

describe("isStorageError", () => {
  const details = { backend: "fs:here", key: "layers/a", message: "It is full; free some space." };

  test("knows an error by its brand and code", () => {
    const error = new StorageError("ERR_STORAGE_FULL", { ...details, cause: 1 });
    expect(isStorageError(error)).toBe(true);
    expect(isStorageError(error, "ERR_STORAGE_FULL")).toBe(true);
    expect(isStorageError(error, "ERR_STORAGE_DENIED")).toBe(false);
    expect(error).toMatchObject({ name: "StorageError", ...details, cause: 1 });
  });

  test.each([undefined, null, "ERR_STORAGE_FULL", { code: "ERR_STORAGE_FULL" }, new Error("x")])(
    "does not take %s for one",
    (value) => {
      expect(isStorageError(value)).toBe(false);
    },
  );
});

describe("resolveRange", () => {
  const info = { key: "layers/a", size: 10, contentType: "a/b" };

  test.each([
    [undefined, 0, 10],
    [{ start: 0 }, 0, 10],
    [{ start: 9 }, 9, 1],
    [{ start: 2, end: 3 }, 2, 2],
    [{ start: 2, end: 1000 }, 2, 8],
  ])("%j is %d and %d bytes", (range, start, length) => {
    expect(resolveRange(range, info, "fs:here")).toEqual({ start, length });
  });

  test.each([
    { start: 10 },
    { start: -1 },
    { start: 3, end: 2 },
    { start: 0.5 },
    { start: 0, end: Number.NaN },
  ])("%j is none", (range) => {
    const error = thrownBy(() => resolveRange(range, info, "fs:here"));
    expect(isStorageError(error, "ERR_STORAGE_RANGE")).toBe(true);
  });

  test("is nothing of an empty object, whose ranges are none", () => {
    const empty = { ...info, size: 0 };
    expect(resolveRange(undefined, empty, "fs:here")).toEqual({ start: 0, length: 0 });
    const error = thrownBy(() => resolveRange({ start: 0 }, empty, "fs:here"));
    expect(isStorageError(error, "ERR_STORAGE_RANGE")).toBe(true);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
