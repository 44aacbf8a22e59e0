/// <reference types="node" preserve="true" />
import type { Readable } from "node:stream";

export interface StreamChunksOptions {
  /**
   * In milliseconds; when no data arrives for so long while the reader waits, the stream is destroyed
   * and the reader gets a {@link StallError}.
   * @defaultValue no limit
   */
  readonly idleTimeout?: number | undefined;
}

/** The connection was idle for too long. */
export class StallError extends Error {
  override readonly name = "StallError";
  readonly code = "ETIMEDOUT";

  constructor(milliseconds: number) {
    super(`The connection was idle for ${milliseconds / 1000} s.`);
  }
}

type Step = IteratorResult<Uint8Array, undefined>;

const done: Step = { done: true, value: undefined };

/** More than this may not wait for a slow reader: the sender is paused. */
const maxWaitingBytes = 256 * 1024;

/**
 * The chunks of a Node stream as they arrive; a reader that returns early destroys it. A stream's own
 * iterator joins waiting chunks into a copy, and waits for an event of the stream each time it has
 * none; this one passes chunks on as they are.
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
        // A slow reader is not a fault of the sender.
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
      if (waitingSize >= maxWaitingBytes) {
        stream.pause();
      }
    } else {
      reader.resolve({ done: false, value: chunk });
      reader = undefined;
    }
  });
  stream.on("end", () => finish());
  stream.on("error", finish);
  stream.on("close", () => finish(new Error("The connection was closed.")));

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
