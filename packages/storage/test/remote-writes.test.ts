import { describe, expect, test, vi } from "vitest";
import { StorageError } from "@nixery/storage";
import {
  cleanUp,
  ConditionError,
  locate,
  type PartWriter,
  recover,
  writeInParts,
} from "@nixery/storage/remote";
import { ifConditionHolds } from "../src/remote/condition.ts";

async function* bytesOf(text: string, closed?: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield Buffer.from(text);
  } finally {
    closed?.();
  }
}

describe("ifConditionHolds", () => {
  test("turns a failed condition into undefined, and passes everything else on", async () => {
    const error = new Error("out of order");
    expect(await ifConditionHolds(Promise.resolve("written"))).toBe("written");
    expect(await ifConditionHolds(Promise.reject(new ConditionError()))).toBeUndefined();
    await expect(ifConditionHolds(Promise.reject(error))).rejects.toBe(error);
  });
});

describe("cleanUp", () => {
  test("ignores errors, and does not wait long for a task that hangs", async () => {
    await cleanUp(() => Promise.reject(new Error("out of order")));
    let given: AbortSignal | undefined;
    await cleanUp((signal) => {
      given = signal;
      return Promise.withResolvers<never>().promise;
    });
    expect(given?.aborted).toBe(false);
  });
});

describe("recover", () => {
  const failure = new StorageError("ERR_STORAGE_UNAVAILABLE", { backend: "b", message: "Down." });
  const recovery = { failure, isWorthwhile: true, maxDelay: 1, signal: undefined };

  test("waits, or throws the failure when another attempt is not worthwhile", async () => {
    await recover(recovery);
    await expect(recover({ ...recovery, isWorthwhile: false })).rejects.toBe(failure);
  });

  test("throws the reason of an abort first", async () => {
    const signal = AbortSignal.abort("reason");
    await expect(recover({ ...recovery, isWorthwhile: false, signal })).rejects.toBe("reason");
  });
});

describe("locate", () => {
  test.each([
    [undefined, "s3:images", ""],
    ["/", "s3:images", ""],
    ["/a/b/", "s3:images/a/b", "a/b/"],
  ])("puts the prefix %j into the name and before keys", (prefix, name, keyPrefix) => {
    expect(locate("s3", "images", prefix)).toEqual({ name, keyPrefix });
  });
});

describe("writeInParts", () => {
  const writer: PartWriter<string> = {
    partSize: 4,
    signal: undefined,
    writeWhole: async (bytes) => `whole ${Buffer.from(bytes).toString()}`,
    async writeParts(source) {
      const seen: string[] = [];
      for await (const part of source.parts) {
        seen.push(Buffer.from(part).toString());
        source.reuse(part);
      }
      return seen.join(" ");
    },
  };

  test.each([
    ["", "whole "],
    ["abc", "whole abc"],
    ["abcd", "abcd"],
    ["abcdefghij", "abcd efgh ij"],
  ])("writes %j", async (text, written) => {
    expect(await writeInParts(bytesOf(text), writer)).toBe(written);
  });

  test("closes the source of a write that fails", async () => {
    const error = new Error("out of order");
    const closed = vi.fn<() => void>();
    const failing = { ...writer, writeParts: () => Promise.reject(error) };
    await expect(writeInParts(bytesOf("abcdefghij", closed), failing)).rejects.toBe(error);
    await vi.waitFor(() => {
      expect(closed).toHaveBeenCalledOnce();
    });
  });
});
