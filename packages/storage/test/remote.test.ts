import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import {
  type FailureReader,
  inParts,
  nothingToMove,
  reasonOf,
  remoteFailure,
  usualAdvice,
} from "@nixery/storage/remote";
import { refuseRange } from "../src/remote/range-request.ts";
import { resumeBody } from "../src/remote/resume-body.ts";

async function* chunksOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of items) {
    seen.push(item);
  }
  return seen;
}

describe("inParts", () => {
  test("yields the same bytes in full parts and a rest", async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 400 }), async (source, size) => {
        const bytes = Buffer.concat(source);
        const parts = await all(inParts(chunksOf(source), size));
        expect(Buffer.concat(parts).equals(bytes)).toBe(true);
        expect(parts.slice(0, -1).every(({ byteLength }) => byteLength === size)).toBe(true);
        expect(parts.length).toBe(Math.ceil(bytes.byteLength / size));
      }),
    );
  });

  test("copies chunks, since the source may fill its buffer again", async () => {
    const buffer = new Uint8Array(10);
    async function* refilled(): AsyncGenerator<Uint8Array> {
      for (const value of [1, 2, 3]) {
        yield buffer.fill(value);
      }
    }
    const parts = await all(inParts(refilled(), 25));
    expect(Buffer.concat(parts)).toEqual(
      Buffer.concat([1, 2, 3].map((value) => Buffer.alloc(10, value))),
    );
  });

  test("uses a small buffer for a small object", async () => {
    const [part] = await all(inParts(chunksOf([new Uint8Array(10)]), 8 * 1024 * 1024));
    expect(part?.buffer.byteLength).toBeLessThan(100_000);
  });

  test("fills spare parts again", async () => {
    const spare: Uint8Array<ArrayBuffer>[] = [];
    const buffers = new Set<ArrayBuffer>();
    let last = 0;
    for await (const part of inParts(chunksOf([new Uint8Array(1000).fill(7)]), 100, spare)) {
      last += part.byteLength;
      expect(part.every((value) => value === 7)).toBe(true);
      buffers.add(part.buffer);
      part.fill(0);
      spare.push(part);
    }
    expect(last).toBe(1000);
    expect(buffers.size).toBeLessThanOrEqual(2);
  });

  test("closes its source when it is returned early", async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new Uint8Array(10);
        }
      } finally {
        closed = true;
      }
    }
    for await (const _ of inParts(endless(), 25)) {
      break;
    }
    expect(closed).toBe(true);
  });
});

describe("resumeBody", () => {
  const bytes = Buffer.from("0123456789");
  /** The bytes from `offset` on, one by one, with an error after `count`. */
  async function* breaking(offset: number, count: number): AsyncGenerator<Uint8Array> {
    for (const value of bytes.subarray(offset, offset + count)) {
      yield Uint8Array.of(value);
    }
    if (offset + count < bytes.byteLength) {
      throw new Error(`broken at ${offset + count}`);
    }
  }

  test("continues after every error with the next byte", async () => {
    const failures: number[] = [];
    const body = resumeBody({
      first: breaking(0, 3),
      length: bytes.byteLength,
      open: async (offset) => breaking(offset, 2),
      async recover(_, count) {
        failures.push(count);
      },
    });
    expect(Buffer.concat(await all(body)).equals(bytes)).toBe(true);
    // Each byte resets the number of failures.
    expect(failures).toEqual([1, 1, 1, 1]);
  });

  test("counts failures in a row, and rejects with the error of recover", async () => {
    const body = resumeBody({
      first: breaking(0, 3),
      length: bytes.byteLength,
      open: async () => Promise.reject(new Error("no answer")),
      async recover(error, count) {
        if (count === 3) {
          throw new Error("enough", { cause: error });
        }
      },
    });
    await expect(all(body)).rejects.toThrow("enough");
  });

  test("resumes a body that ends early", async () => {
    const seen: string[] = [];
    const body = resumeBody({
      first: chunksOf([bytes.subarray(0, 4)]),
      length: bytes.byteLength,
      open: async (offset) => chunksOf([bytes.subarray(offset)]),
      async recover(error) {
        seen.push(String(error));
      },
    });
    expect(Buffer.concat(await all(body)).equals(bytes)).toBe(true);
    expect(seen).toEqual(["Error: The body ended after 4 of 10 bytes."]);
  });
});

describe("remoteFailure", () => {
  const operation = { backend: "s3:b", verb: "look up", key: "blobs/a" } as const;
  const reader: FailureReader = {
    codeOf: () => "ERR_STORAGE_DENIED",
    describe: reasonOf,
    advice: usualAdvice,
  };

  test("has the object, the backend, the reason and the next step in its message", () => {
    const cause = new Error("Access\n  denied.");
    const error = remoteFailure(cause, operation, reader);
    expect(error).toMatchObject({ code: "ERR_STORAGE_DENIED", backend: "s3:b", key: "blobs/a" });
    expect(error.cause).toBe(cause);
    expect(error.message).toBe(
      "Cannot look up blobs/a in s3:b: Access denied. Check the credentials and their permissions.",
    );
  });

  test("names no object when the operation is about all of them", () => {
    const error = remoteFailure("no", { backend: "s3:b", verb: "list" }, reader);
    expect(error.message).toMatch(/^Cannot list objects in s3:b: no\. /);
  });

  test("returns a StorageError as it is", () => {
    const error = nothingToMove(operation, "blobs/b");
    expect(remoteFailure(error, operation, reader)).toBe(error);
  });
});

describe("refuseRange", () => {
  const operation = { backend: "s3:b", verb: "read", key: "blobs/a" } as const;
  const info = { key: "blobs/a", size: 10, contentType: "text/plain", modified: new Date() };

  test("rejects a range outside the object", async () => {
    const refused = refuseRange({ start: 10 }, operation, async () => info);
    await expect(refused).rejects.toMatchObject({ code: "ERR_STORAGE_RANGE" });
  });

  test("resolves to undefined when there is no object", async () => {
    const refused = refuseRange({ start: 10 }, operation, async () => undefined);
    await expect(refused).resolves.toBe(undefined);
  });

  test("rejects when the object was replaced by a larger one", async () => {
    const refused = refuseRange({ start: 5 }, operation, async () => info);
    await expect(refused).rejects.toMatchObject({ code: "ERR_STORAGE_UNAVAILABLE" });
  });
});
