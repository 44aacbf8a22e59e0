/** A promise that rejects with the signal's reason when it fires, and a way to stop listening. */
export interface Abortion {
  readonly promise: Promise<never>;
  readonly dispose: () => void;
}

/** For a signal that has not fired yet. */
export function abortion(signal: AbortSignal | undefined): Abortion {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  return { promise, dispose: () => signal?.removeEventListener("abort", abort) };
}
