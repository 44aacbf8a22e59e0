import type { Readable } from "node:stream";

export interface StreamChunksOptions {
  /**
   * In milliseconds: how long the sender may pause while the reader waits. Then the stream is
   * destroyed and the reader gets a {@link StallError}.
   * @defaultValue for ever
   */
  readonly idleTimeout?: number | undefined;
}

/** What a connection that stands still fails with. */
export class StallError extends Error {
  override readonly name = "StallError";
  readonly code = "ETIMEDOUT";

  constructor(milliseconds: number) {
    super(`nothing moved for ${milliseconds / 1000} s`);
  }
}

type Step = IteratorResult<Uint8Array, undefined>;

const done: Step = { done: true, value: undefined };

/** In bytes: what may wait for a slow reader before the sender is told to pause. */
const mostWaiting = 256 * 1024;

/**
 * The chunks of a Node stream as they come from the network; whoever leaves early destroys it. A
 * stream's own iterator copies chunks that wait together into one, and waits for an event of the
 * stream each time it has none; this one hands on what comes.
 */
export function streamChunks(
  stream: Readable,
  { idleTimeout }: StreamChunksOptions = {},
): AsyncIterableIterator<Uint8Array, undefined, undefined> {
  const waiting: Uint8Array[] = [];
  let waitingSize = 0;
  let reader: PromiseWithResolvers<Step> | undefined;
  let ended: { readonly failure: Error | undefined } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const watch = (): void => {
    if (timer !== undefined) {
      timer.refresh();
    } else if (idleTimeout !== undefined) {
      timer = setTimeout(() => {
        // A reader that takes its time is no fault of the sender.
        if (reader !== undefined) {
          stream.destroy(new StallError(idleTimeout));
        }
      }, idleTimeout);
    }
  };
  const finish = (failure?: Error): void => {
    if (ended !== undefined) {
      return;
    }
    ended = { failure };
    clearTimeout(timer);
    if (failure === undefined) {
      reader?.resolve(done);
    } else {
      reader?.reject(failure);
    }
    reader = undefined;
  };

  stream.on("data", (chunk: Uint8Array) => {
    if (reader === undefined) {
      waiting.push(chunk);
      waitingSize += chunk.byteLength;
      if (waitingSize >= mostWaiting) {
        stream.pause();
      }
    } else {
      reader.resolve({ done: false, value: chunk });
      reader = undefined;
    }
  });
  stream.on("end", () => finish());
  stream.on("error", finish);
  stream.on("close", () => finish(new Error("the connection was closed")));

  return {
    async next() {
      const value = waiting.shift();
      if (value !== undefined) {
        waitingSize -= value.byteLength;
        if (waitingSize === 0 && stream.isPaused()) {
          stream.resume();
        }
        return { done: false, value };
      }
      if (ended?.failure !== undefined) {
        throw ended.failure;
      }
      if (ended !== undefined) {
        return done;
      }
      watch();
      reader = Promise.withResolvers<Step>();
      return reader.promise;
    },
    async return() {
      waiting.length = 0;
      finish();
      stream.destroy();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
