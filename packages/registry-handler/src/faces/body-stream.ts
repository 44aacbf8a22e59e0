import { isLimit } from "./delay.ts";
import type { IdleLimit } from "./registry-handler.ts";

/** How it is known that nobody wants a response any more. */
export interface Leaving {
  /** Aborted by the server, or by `departure`. */
  readonly signal: AbortSignal;
  readonly departure: AbortController;
}

/**
 * A stream of `body`, of which a chunk is read when one is wanted. Aborts `departure` when the stream
 * is cancelled, and when nobody has wanted a chunk for as long as `idle` says: what becomes of those
 * before, a stream is not told.
 */
export function bodyStream(
  body: AsyncIterable<Uint8Array>,
  idle: IdleLimit | undefined,
  { signal, departure }: Leaving,
): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = async (reason: unknown): Promise<void> => {
    clearTimeout(timer);
    departure.abort(reason);
    await iterator.return?.();
  };
  const limitWait = (controller: ReadableStreamDefaultController): void => {
    if (idle === undefined || !isLimit(idle.timeout)) {
      return;
    }
    timer = setTimeout(() => {
      if (!signal.aborted) {
        idle.onReached();
      }
      const reason = new Error("The client takes nothing any more.");
      controller.error(reason);
      end(reason).catch(() => undefined);
    }, idle.timeout);
  };
  return new ReadableStream<Uint8Array>(
    {
      start: limitWait,
      async pull(controller) {
        clearTimeout(timer);
        const { done, value } = await iterator.next();
        if (done === true) {
          controller.close();
        } else {
          controller.enqueue(value);
          limitWait(controller);
        }
      },
      cancel: (reason) => end(reason ?? new Error("The client has left.")),
    },
    { highWaterMark: 0 },
  );
}
