import { BuilderError } from "./builder-error.ts";
import { unlessAborted } from "./flights.ts";

export interface TurnsOptions {
  /** Jobs that run at the same time. */
  readonly atOnce: number;
  /** Jobs that may wait. */
  readonly queue: number;
}

export interface TurnOptions {
  readonly signal: AbortSignal;
  /** Told how many jobs wait, this one included, if it has to. */
  readonly onWait?: ((waiting: number) => void) | undefined;
}

/** Lets a few jobs run at the same time, the others in the order in which they came. */
export interface Turns {
  /**
   * What `job` gives when its turn has come. One that is aborted while it waits is rejected at
   * once, never called, and makes room. Rejects with `ERR_BUILDER_BUSY` when too many wait.
   */
  take<T>(job: () => Promise<T>, options: TurnOptions): Promise<T>;
}

export function createTurns({ atOnce, queue }: TurnsOptions): Turns {
  let running = 0;
  /** How those who wait are let in. A limit of `p-limit` would keep the aborted until their turn. */
  const waiting = new Set<() => void>();

  const enter = async ({ signal, onWait }: TurnOptions): Promise<void> => {
    signal.throwIfAborted();
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (waiting.size >= queue) {
      throw busy(queue);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    onWait?.(waiting.size);
    try {
      await unlessAborted(promise, signal);
    } catch (error) {
      // It may have been let in since, and then the turn is the next one's.
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
    async take(job, options) {
      await enter(options);
      try {
        options.signal.throwIfAborted();
        return await job();
      } finally {
        leave();
      }
    },
  };
}

function busy(queue: number): BuilderError {
  return new BuilderError("ERR_BUILDER_BUSY", {
    message: `The registry has enough to do: ${queue} images wait to be built; pull again later.`,
  });
}
