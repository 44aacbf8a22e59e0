export interface AbortableOptions {
  /** On abort a pending `next()` rejects with `signal.reason`, and the source is closed. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called once, when the bytes end for any reason: their end, an error, an abort, a `return()`
   * even before the first `next()`. A `return()` waits for the promise of it, also after an abort.
   */
  readonly close?: (() => unknown) | undefined;
}

/** An iterator that records why it failed. */
export interface Abortable extends AsyncIterableIterator<Uint8Array, undefined, undefined> {
  /**
   * The error of the source, or the reason of the abort. It lets a backend distinguish an error of the
   * source of a write from one of its own.
   */
  readonly failure: { readonly error: unknown } | undefined;
  next(): Promise<IteratorResult<Uint8Array, undefined>>;
  return(): Promise<IteratorResult<Uint8Array, undefined>>;
}

/**
 * The bytes of `source`, in an iterator that an abort stops at once, even while the source hangs.
 * Backends read the source of a write through it and return the body of a read in it: a plain
 * generator, like the iterator of a Node stream, closes nothing when it is returned before its first
 * chunk.
 */
export function abortable(
  source: AsyncIterable<Uint8Array>,
  options: AbortableOptions = {},
): Abortable {
  const { signal, close } = options;
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let failure: { readonly error: unknown } | undefined;
  let closing: Promise<void> | undefined;
  let rejectPending: ((reason: unknown) => void) | undefined;

  const finish = async (): Promise<void> => {
    closing ??= (async () => {
      signal?.removeEventListener("abort", onAbort);
      await close?.();
    })();
    await closing;
  };
  const closeSource = async (): Promise<void> => {
    await iterator?.return?.();
  };
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  const onAbort = (): void => {
    fail(signal?.reason);
    rejectPending?.(signal?.reason);
    // Not awaited: the source may hang, and its errors no longer matter.
    void Promise.allSettled([closeSource(), finish()]);
  };

  if (signal?.aborted === true) {
    onAbort();
  } else {
    signal?.addEventListener("abort", onAbort, { once: true });
  }

  return {
    get failure() {
      return failure;
    },
    async next() {
      if (failure !== undefined) {
        throw failure.error;
      }
      if (closing !== undefined) {
        return { done: true, value: undefined };
      }
      iterator ??= source[Symbol.asyncIterator]();
      const reader = iterator;
      try {
        // A promise of its own for each step: racing all of them against one would keep them all,
        // and Promise.race costs more than reading does.
        const step = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
          rejectPending = reject;
          Promise.resolve(reader.next()).then(resolve, reject);
        });
        if (step.done !== true) {
          return step;
        }
      } catch (error) {
        // After an abort, onAbort closes the source.
        if (closing === undefined) {
          fail(error);
          await finish();
        }
        throw error;
      } finally {
        rejectPending = undefined;
      }
      await finish();
      return { done: true, value: undefined };
    },
    async return() {
      if (closing === undefined) {
        await Promise.all([closeSource(), finish()]);
      } else {
        await Promise.allSettled([closing]);
      }
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
