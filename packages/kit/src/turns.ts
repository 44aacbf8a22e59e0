import { unlessAborted } from "./unless-aborted.ts";

export interface TurnsOptions {
  /** Tasks that run at the same time. */
  readonly maxRunning: number;
  /**
   * Tasks that may wait for their turn; `take` rejects further ones with what `queueFull` returns.
   * @defaultValue no limit
   */
  readonly maxWaiting?: number | undefined;
  /** @defaultValue a plain `Error` */
  readonly queueFull?: ((maxWaiting: number) => Error) | undefined;
}

export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of waiting tasks, this one included, when the task has to wait. */
  readonly onWait?: ((waiting: number) => void) | undefined;
}

/** A limit of concurrent tasks; further ones wait in the order of their arrival. */
export interface Turns {
  /**
   * Runs `task` when its turn has come. A task that is aborted while it waits is rejected at once
   * and never called; a running one has to observe the signal itself.
   */
  take<T>(task: () => Promise<T>, options?: TurnOptions): Promise<T>;
}

export function createTurns(options: TurnsOptions): Turns {
  const { maxRunning, maxWaiting = Number.POSITIVE_INFINITY } = options;
  const { queueFull = (): Error => new Error("The queue is full. Try again later.") } = options;
  let running = 0;
  /** Grants turns, in the order of arrival. p-limit would hold an aborted task until its turn. */
  const waiting = new Set<() => void>();

  const enter = async ({ signal, onWait }: TurnOptions): Promise<void> => {
    signal?.throwIfAborted();
    if (running < maxRunning) {
      running += 1;
      return;
    }
    if (waiting.size >= maxWaiting) {
      throw queueFull(maxWaiting);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    try {
      onWait?.(waiting.size);
      await unlessAborted(promise, signal);
    } catch (error) {
      // The turn may have come meanwhile; then it passes to the next task.
      if (!waiting.delete(resolve)) {
        leave();
      }
      throw error;
    }
  };

  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    async take(task, turnOptions = {}) {
      await enter(turnOptions);
      try {
        turnOptions.signal?.throwIfAborted();
        return await task();
      } finally {
        leave();
      }
    },
  };
}
