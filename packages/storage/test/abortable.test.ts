import { getEventListeners } from "node:events";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { type Mock, describe, expect, test, vi } from "vitest";
import { abortable } from "@nixery/storage";

const chunk = new Uint8Array([1]);
const reason = new Error("the caller aborted");

async function* chunks(count: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let index = 0; index < count; index += 1) {
    yield chunk;
  }
}

type Close = () => Promise<IteratorReturnResult<undefined>>;

/** A source whose first chunk never arrives. */
function stuck(): { source: AsyncIterable<Uint8Array>; closed: Mock<Close> } {
  const closed = vi.fn<Close>(async () => ({ done: true, value: undefined }));
  const iterator = { next: async () => Promise.withResolvers<never>().promise, return: closed };
  return { source: { [Symbol.asyncIterator]: () => iterator }, closed };
}

async function countOf(source: AsyncIterable<Uint8Array>): Promise<number> {
  let count = 0;
  for await (const _ of source) {
    count += 1;
  }
  return count;
}

describe("abortable", () => {
  test("passes chunks on and closes once at the end", async () => {
    const close = vi.fn<() => void>();
    const { signal } = new AbortController();
    const iterator = abortable(chunks(3), { signal, close });
    expect(await countOf(iterator)).toBe(3);
    expect(close).toHaveBeenCalledTimes(1);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await iterator.return();
    expect(close).toHaveBeenCalledOnce();
    expect(iterator.failure).toBe(undefined);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("closes when it is returned before its first chunk", async () => {
    const close = vi.fn<() => void>();
    const iterator = abortable(chunks(3), { close });
    await iterator.return();
    expect(close).toHaveBeenCalledOnce();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test("returns its source when it is returned early", async () => {
    const stream = Readable.from(chunks(3));
    for await (const _ of abortable(stream)) {
      break;
    }
    expect(stream.destroyed).toBe(true);
  });

  test("closes and records the error when its source fails", async () => {
    const close = vi.fn<() => void>();
    const error = new Error("out of order");
    const failing = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield chunk;
      throw error;
    };
    const iterator = abortable(failing(), { close });
    await expect(countOf(iterator)).rejects.toBe(error);
    expect(iterator.failure).toEqual({ error });
    expect(close).toHaveBeenCalledOnce();
    await expect(iterator.next()).rejects.toBe(error);
  });

  test("rejects at once when it is aborted while its source hangs", async () => {
    const close = vi.fn<() => void>();
    const { source, closed } = stuck();
    const controller = new AbortController();
    const iterator = abortable(source, { signal: controller.signal, close });
    const next = iterator.next();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(iterator.failure).toEqual({ error: reason });
    expect(closed).toHaveBeenCalledOnce();
    expect(close).toHaveBeenCalledOnce();
    await iterator.return();
    expect(close).toHaveBeenCalledOnce();
  });

  test("closes when it is aborted while nothing is read", async () => {
    const close = vi.fn<() => void>();
    const controller = new AbortController();
    const iterator = abortable(chunks(3), { signal: controller.signal, close });
    controller.abort(reason);
    expect(close).toHaveBeenCalledOnce();
    await expect(iterator.next()).rejects.toBe(reason);
  });

  test("rejects an aborted read before everything is closed, and waits for that in return()", async () => {
    const closed = Promise.withResolvers<void>();
    const { source } = stuck();
    const controller = new AbortController();
    const { signal } = controller;
    const iterator = abortable(source, { signal, close: async () => closed.promise });
    const next = iterator.next();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    const returned = iterator.return();
    expect(await Promise.race([returned, setImmediate("waits")])).toBe("waits");
    closed.resolve();
    expect(await returned).toEqual({ done: true, value: undefined });
  });

  test("does not open its source when it is aborted before", async () => {
    const close = vi.fn<() => void>();
    const { source } = stuck();
    const opened = vi.spyOn(source, Symbol.asyncIterator);
    const iterator = abortable(source, { signal: AbortSignal.abort(reason), close });
    await expect(iterator.next()).rejects.toBe(reason);
    expect(opened).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledOnce();
  });

  test("ignores the error of a source that cannot be closed after an abort", async () => {
    const { source, closed } = stuck();
    closed.mockRejectedValue(new Error("cannot close"));
    const controller = new AbortController();
    const next = abortable(source, controller).next();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
  });
});
