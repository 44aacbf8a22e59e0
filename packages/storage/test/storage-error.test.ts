import { isStorageError, StorageError } from "@nixery/storage";
import { describe, expect, test } from "vitest";

const details = { backend: "fs:here", key: "blobs/a", message: "The disk is full. Free space." };

describe("isStorageError", () => {
  test("recognizes an error by its brand and code", () => {
    const error = new StorageError("ERR_STORAGE_FULL", { ...details, cause: 1 });
    expect(isStorageError(error)).toBe(true);
    expect(isStorageError(error, "ERR_STORAGE_FULL")).toBe(true);
    expect(isStorageError(error, "ERR_STORAGE_DENIED")).toBe(false);
    expect(error).toMatchObject({ name: "StorageError", ...details, cause: 1 });
  });

  test.each([undefined, null, "ERR_STORAGE_FULL", { code: "ERR_STORAGE_FULL" }, new Error("x")])(
    "is false for %s",
    (value) => {
      expect(isStorageError(value)).toBe(false);
    },
  );
});
