/** What is being made, so that whoever asks for it meanwhile shares it. */
export interface Flights<Result> {
  /**
   * The result of `start`, or of the flight of that key that is under way. When `signal` aborts,
   * this caller alone is rejected.
   */
  join(
    key: string,
    start: (signal: AbortSignal) => Promise<Result>,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<Result>;
  /** Ends all flights; resolves when they have cleaned up. */
  close(reason: unknown): Promise<void>;
}

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  waiting: number;
}

export interface FlightsOptions {
  /** Whether a flight that everybody has left is ended or goes on to its end. */
  readonly abandon: "finish" | "cancel";
}

export function createFlights<Result>({ abandon }: FlightsOptions): Flights<Result> {
  const open = new Map<string, Flight<Result>>();
  /** Also those that were cancelled and have not ended yet. */
  const running = new Set<Flight<Result>>();

  const launch = (key: string, start: (signal: AbortSignal) => Promise<Result>): Flight<Result> => {
    const controller = new AbortController();
    const flight = { result: start(controller.signal), controller, waiting: 0 };
    const land = (): void => {
      running.delete(flight);
      if (open.get(key) === flight) open.delete(key);
    };
    open.set(key, flight);
    running.add(flight);
    // Also keeps a failure that nobody waits for from ending the process.
    flight.result.then(land, land);
    return flight;
  };

  const leave = (key: string, flight: Flight<Result>, reason: unknown): void => {
    flight.waiting -= 1;
    if (flight.waiting > 0 || abandon === "finish" || !running.has(flight)) return;
    // Whoever asks from now on gets a flight of their own.
    if (open.get(key) === flight) open.delete(key);
    flight.controller.abort(reason);
  };

  return {
    async join(key, start, { signal }) {
      signal?.throwIfAborted();
      const flight = open.get(key) ?? launch(key, start);
      flight.waiting += 1;
      try {
        return await unlessAborted(flight.result, signal);
      } finally {
        leave(key, flight, signal?.reason);
      }
    },
    async close(reason) {
      const flights = [...running];
      open.clear();
      for (const { controller } of flights) controller.abort(reason);
      await Promise.allSettled(flights.map(({ result }) => result));
    },
  };
}

/** `promise`, or `signal.reason` as soon as it aborts; leaves no listener behind. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
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
