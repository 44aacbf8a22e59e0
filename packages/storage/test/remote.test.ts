import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { abandonable, inParts, resumeBody } from "@nixery/storage/remote";

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

function never(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}

describe("inParts", () => {
  test("gives the same bytes in full parts and a rest", async () => {
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

  test("lets the source fill its buffer again", async () => {
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

  test("keeps a small object in a small buffer", async () => {
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

  test("closes its source when it is left", async () => {
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
  /** The bytes from `offset` on, one by one, which break after `count`. */
  async function* breaking(offset: number, count: number): AsyncGenerator<Uint8Array> {
    for (const value of bytes.subarray(offset, offset + count)) {
      yield Uint8Array.of(value);
    }
    if (offset + count < bytes.byteLength) {
      throw new Error(`broken at ${offset + count}`);
    }
  }

  test("goes on after every break with the next byte", async () => {
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
    // A byte that came makes up for the failures before it.
    expect(failures).toEqual([1, 1, 1, 1]);
  });

  test("counts the failures in a row, and fails with what recover throws", async () => {
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

  test("takes a body that ends early for a broken one", async () => {
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
    expect(seen).toEqual(["Error: the body ended after 4 of 10 bytes"]);
  });
});

describe("abandonable", () => {
  const reason = new Error("the caller has gone");

  test("is what the promise becomes", async () => {
    const { signal } = new AbortController();
    await expect(abandonable(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(abandonable(Promise.resolve(1), undefined)).resolves.toBe(1);
    await expect(abandonable(Promise.reject(reason), signal)).rejects.toBe(reason);
  });

  test("ends with an abort, before and meanwhile", async () => {
    await expect(abandonable(never(), AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const running = abandonable(never(), controller.signal);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});
