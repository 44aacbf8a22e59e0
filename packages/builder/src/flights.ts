/** What is being made, so that whoever asks for it meanwhile shares it. */
export interface Flights<Result> {
  /**
   * The result of `start`, or of the flight of that key that is under way. When `signal` aborts,
   * this caller alone is rejected. A flight that everybody has left is ended, unless it is kept.
   */
  join(
    key: string,
    start: StartFlight<Result>,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<Result>;
  /** Ends all flights; resolves when they have cleaned up. Rejects who joins later. */
  close(reason: unknown): Promise<void>;
}

/** Calls `keep` when from now on the flight is worth finishing for whoever asks next. */
export type StartFlight<Result> = (signal: AbortSignal, keep: () => void) => Promise<Result>;

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  kept: boolean;
  waiting: number;
}

export function createFlights<Result>(): Flights<Result> {
  const open = new Map<string, Flight<Result>>();
  /** Also those that were cancelled and have not ended yet. */
  const running = new Set<Flight<Result>>();
  const closing = new AbortController();

  const launch = (key: string, start: StartFlight<Result>): Flight<Result> => {
    const state = { controller: new AbortController(), kept: false, waiting: 0 };
    const keep = (): void => {
      state.kept = true;
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
    // Also keeps a failure that nobody waits for from ending the process.
    flight.result.then(land, land);
    return flight;
  };

  const leave = (key: string, flight: Flight<Result>, reason: unknown): void => {
    flight.waiting -= 1;
    if (flight.waiting > 0 || flight.kept || !running.has(flight)) {
      return;
    }
    // Whoever asks from now on gets a flight of their own.
    if (open.get(key) === flight) {
      open.delete(key);
    }
    flight.controller.abort(reason);
  };

  return {
    async join(key, start, { signal }) {
      signal?.throwIfAborted();
      closing.signal.throwIfAborted();
      const flight = open.get(key) ?? launch(key, start);
      flight.waiting += 1;
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

/** `promise`, or `signal.reason` as soon as it aborts; leaves no listener behind. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) {
    return await promise;
  }
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(signal.reason);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
