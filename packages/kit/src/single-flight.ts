import { unlessAborted } from "./unless-aborted.ts";

/** Runs each piece of work once for all callers that need it at the same time. */
export interface SingleFlight<Result> {
  /**
   * Joins the work under `key`, or starts it. An abort of `signal` rejects this caller alone. Work
   * that loses its last caller is aborted, unless it called `keep`.
   */
  join(
    key: string,
    start: StartWork<Result>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Result>;
  /** Aborts all work and resolves when it has cleaned up. Later calls of `join` reject. */
  close(reason: unknown): Promise<void>;
}

/** Calls `keep` once the work is worth finishing without a caller. */
export type StartWork<Result> = (signal: AbortSignal, keep: () => void) => Promise<Result>;

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  isKept: boolean;
  callers: number;
}

export function createSingleFlight<Result>(): SingleFlight<Result> {
  /** Work that a new caller may join. */
  const open = new Map<string, Flight<Result>>();
  /** Includes aborted work that has not cleaned up yet. */
  const running = new Set<Flight<Result>>();
  const closing = new AbortController();

  const launch = (key: string, start: StartWork<Result>): Flight<Result> => {
    const state = { controller: new AbortController(), isKept: false, callers: 0 };
    const keep = (): void => {
      state.isKept = true;
    };
    const flight = Object.assign(state, { result: start(state.controller.signal, keep) });
    const land = (): void => {
      running.delete(flight);
      if (open.get(key) === flight) {
        open.delete(key);
      }
    };
    open.set(key, flight);
    running.add(flight);
    // Also handles the rejection of work that lost all its callers.
    flight.result.then(land, land);
    return flight;
  };

  const leave = (key: string, flight: Flight<Result>, reason: unknown): void => {
    flight.callers -= 1;
    if (flight.callers > 0 || flight.isKept || !running.has(flight)) {
      return;
    }
    if (open.get(key) === flight) {
      open.delete(key);
    }
    flight.controller.abort(reason);
  };

  return {
    async join(key, start, { signal } = {}) {
      signal?.throwIfAborted();
      closing.signal.throwIfAborted();
      const flight = open.get(key) ?? launch(key, start);
      flight.callers += 1;
      try {
        return await unlessAborted(flight.result, signal);
      } finally {
        leave(key, flight, signal?.reason);
      }
    },
    async close(reason) {
      closing.abort(reason);
      const flights = [...running];
      open.clear();
      for (const { controller } of flights) {
        controller.abort(reason);
      }
      await Promise.allSettled(flights.map(({ result }) => result));
    },
  };
}
