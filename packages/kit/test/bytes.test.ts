import { describe, expect, test } from "vitest";
import { collect } from "@nixery/kit/collect";
import { streamOf } from "@nixery/kit/stream-of";
import { rejectionOf } from "./support/rejection.ts";

const bytes = Uint8Array.from([1, 2, 3, 4]);

describe("streamOf", () => {
  test("has one chunk", async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamOf(bytes)) {
      chunks.push(chunk);
    }
    expect(chunks).toEqual([bytes]);
    expect(chunks[0]).toBe(bytes);
  });
});

describe("collect", () => {
  test("joins all chunks, from asynchronous and other sources", async () => {
    expect([...(await collect(streamOf(bytes), 4))]).toEqual([1, 2, 3, 4]);
    const chunks = [bytes.subarray(0, 1), new Uint8Array(0), bytes.subarray(1)];
    expect([...(await collect(chunks, 4))]).toEqual([1, 2, 3, 4]);
    expect([...(await collect([], 0))]).toEqual([]);
  });

  test("copies the bytes that it reads, so that the source may use its buffer again", async () => {
    const buffer = Uint8Array.from([1, 2]);
    const collected = await collect(streamOf(buffer), 2);
    buffer.fill(0);
    expect([...collected]).toEqual([1, 2]);
  });

  test("rejects and closes the source once there are too many bytes", async () => {
    let taken = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          taken += 1;
          yield bytes;
        }
      } finally {
        isClosed = true;
      }
    }
    const failure = new Error("too long");
    expect(await rejectionOf(collect(endless(), 9, () => failure))).toBe(failure);
    expect(taken).toBe(3);
    expect(isClosed).toBe(true);
    await expect(collect(endless(), 3)).rejects.toThrow("There are more than 3 bytes.");
  });

  test("rejects with the error of the source", async () => {
    const failure = new Error("failed");
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield bytes;
      throw failure;
    }
    expect(await rejectionOf(collect(failing(), 100))).toBe(failure);
  });
});
