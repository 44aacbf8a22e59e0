import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test, vi } from "vitest";
import { StallError, streamChunks } from "@nixery/storage/remote";

const chunk = (value: number, size = 1000): Buffer => Buffer.alloc(size, value);

describe("streamChunks", () => {
  test("yields all bytes in order, at any pace of the sender and the reader", async () => {
    const chunks = Array.from({ length: 1000 }, (_, index) => chunk(index % 256));
    const stream = Readable.from(chunks, { objectMode: false, highWaterMark: 5000 });
    let count = 0;
    const seen: Uint8Array[] = [];
    for await (const bytes of streamChunks(stream)) {
      seen.push(bytes);
      count += 1;
      if (count % 7 === 0) {
        await new Promise(setImmediate);
      }
    }
    expect(Buffer.concat(seen).equals(Buffer.concat(chunks))).toBe(true);
  });

  test("passes on the sender's chunks as they are", async () => {
    const sent = [chunk(1), chunk(2), chunk(3)];
    const stream = new PassThrough();
    for (const bytes of sent) {
      stream.write(bytes);
    }
    stream.end();
    const reader = streamChunks(stream);
    await once(stream, "end");
    for (const bytes of sent) {
      expect((await reader.next()).value).toBe(bytes);
    }
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  test("pauses the sender while nothing is read, and resumes it", async () => {
    const size = 64 * 1024;
    let given = 0;
    const stream = new Readable({
      highWaterMark: size,
      read() {
        given += size;
        this.push(given > 100 * size ? null : chunk(1, size));
      },
    });
    const reader = streamChunks(stream);
    await once(stream, "pause");
    await new Promise(setImmediate);
    // The limit of waiting bytes, and the buffer of the stream itself.
    expect(given).toBeLessThanOrEqual(6 * size);
    expect((await buffer(reader)).byteLength).toBe(100 * size);
  });

  test("yields the chunks before an error, then the error", async () => {
    const stream = new PassThrough();
    stream.write(chunk(1));
    const reader = streamChunks(stream);
    await once(stream, "data");
    stream.destroy(new Error("broken"));
    await new Promise((resolve) => stream.once("close", resolve));
    expect((await reader.next()).value).toEqual(chunk(1));
    await expect(reader.next()).rejects.toThrow("broken");
    await expect(reader.next()).rejects.toThrow("broken");
  });

  test("rejects when the stream is closed before its end", async () => {
    const stream = new PassThrough();
    const next = streamChunks(stream).next();
    stream.destroy();
    await expect(next).rejects.toThrow("closed");
  });

  test("destroys the stream when it is returned early", async () => {
    const stream = Readable.from([chunk(1), chunk(2)]);
    for await (const _ of streamChunks(stream)) {
      break;
    }
    expect(stream.destroyed).toBe(true);
  });

  test("destroys an idle stream, but not for a slow reader", async () => {
    vi.useFakeTimers();
    try {
      const stream = new PassThrough();
      const reader = streamChunks(stream, { idleTimeout: 1000 });
      const first = reader.next();
      stream.write(chunk(1));
      expect((await first).value).toEqual(chunk(1));
      vi.advanceTimersByTime(5000);
      expect(stream.destroyed).toBe(false);
      const second = reader.next();
      vi.advanceTimersByTime(999);
      expect(stream.destroyed).toBe(false);
      vi.advanceTimersByTime(1);
      await expect(second).rejects.toThrow(new StallError(1000));
      expect(stream.destroyed).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
