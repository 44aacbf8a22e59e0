import { resolveRange, StorageError } from "@nixery/storage";
import { describe, expect, test } from "vitest";

describe("resolveRange", () => {
  const object = { key: "blobs/a", size: 10 };

  test.each([
    [undefined, 0, 10],
    [{ start: 0 }, 0, 10],
    [{ start: 9 }, 9, 1],
    [{ start: 2, end: 3 }, 2, 2],
    [{ start: 2, end: 1000 }, 2, 8],
  ])("resolves %j to %d and %d bytes", (range, start, length) => {
    expect(resolveRange(range, object, "fs:here")).toEqual({ start, length });
  });

  test.each([
    [{ start: 10 }, "10-"],
    [{ start: -1 }, "-1-"],
    [{ start: 3, end: 2 }, "3-2"],
    [{ start: 0.5 }, "0.5-"],
    [{ start: 0, end: Number.NaN }, "0-NaN"],
  ])("rejects %j", (range, text) => {
    const message = `Invalid range ${text} of blobs/a in fs:here, which has 10 bytes. Use a range inside the object.`;
    const error = new StorageError("ERR_STORAGE_RANGE", {
      backend: "fs:here",
      key: "blobs/a",
      message,
    });
    expect(() => resolveRange(range, object, "fs:here")).toThrow(error);
  });

  test("resolves no range of an empty object, and rejects every range", () => {
    const empty = { ...object, size: 0 };
    expect(resolveRange(undefined, empty, "fs:here")).toEqual({ start: 0, length: 0 });
    expect(() => resolveRange({ start: 0 }, empty, "fs:here")).toThrow(StorageError);
  });
});
