import { isTimeLimit } from "@nixery/kit/time-limit";
import type { IdleLimit } from "../registry-handler.ts";

/** The end of a request whose client no longer reads the response. */
export interface Departure {
  /** Aborted by the server, or by `controller`. */
  readonly signal: AbortSignal;
  readonly controller: AbortController;
}

/**
 * A stream of `body` that reads a chunk when one is requested. Aborts the controller when the stream
 * is cancelled, and when no chunk was requested for the time of `idle`: a stream cannot observe
 * whether the client received the earlier chunks.
 */
export function bodyStream(
  body: AsyncIterable<Uint8Array>,
  idle: IdleLimit | undefined,
  { signal, controller: departure }: Departure,
): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = async (reason: unknown): Promise<void> => {
    clearTimeout(timer);
    departure.abort(reason);
    await iterator.return?.();
  };
  const limitWait = (controller: ReadableStreamDefaultController): void => {
    if (idle === undefined || !isTimeLimit(idle.timeout)) {
      return;
    }
    timer = setTimeout(() => {
      if (!signal.aborted) {
        idle.onReached();
      }
      const reason = new Error("The client stalled.");
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
      cancel: (reason) => end(reason ?? new Error("The client disconnected.")),
    },
    { highWaterMark: 0 },
  );
}
