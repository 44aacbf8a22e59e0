import { chunksOf } from "./bytes.ts";

/** A source that yields `chunks` and then hangs. */
export interface HangingSource {
  readonly source: AsyncIterable<Uint8Array>;
  /** Resolves when the source has been asked for more than its chunks. */
  readonly hangs: Promise<void>;
  /** Resolves when the source is closed. */
  readonly closed: Promise<void>;
}

export function hangingAfter(...chunks: readonly Uint8Array[]): HangingSource {
  const rest = [...chunks];
  const hangs = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      const value = rest.shift();
      if (value !== undefined) {
        return { done: false, value };
      }
      hangs.resolve();
      return Promise.withResolvers<never>().promise;
    },
    async return() {
      closed.resolve();
      return { done: true, value: undefined };
    },
  };
  return {
    source: { [Symbol.asyncIterator]: () => iterator },
    hangs: hangs.promise,
    closed: closed.promise,
  };
}

/** A source that pauses half-way until `resume` is called. */
export interface PausingSource {
  readonly source: AsyncIterable<Uint8Array>;
  readonly paused: Promise<void>;
  resume(this: void): void;
}

export function pausing(bytes: Uint8Array): PausingSource {
  const pause = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const half = Math.ceil(bytes.byteLength / 2);
  const source = (async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield* chunksOf(bytes.subarray(0, half));
    pause.resolve();
    await gate.promise;
    yield* chunksOf(bytes.subarray(half));
  })();
  return { source, paused: pause.promise, resume: gate.resolve };
}

/** A source that fails with `error` after `bytes`. */
export async function* failing(
  bytes: Uint8Array,
  error: unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunksOf(bytes);
  throw error;
}
