export interface AnswerWithinOptions<Answer> {
  /** Milliseconds; `undefined` for as long as it takes. */
  readonly time: number | undefined;
  /** What is answered when the time is up. */
  readonly late: () => Answer;
  /** Of the client; it ends the work only as long as the client waits for it. */
  readonly signal: AbortSignal | undefined;
}

/** The answer of `work`, or another one when it takes too long, while the work goes on. */
export async function answerWithin<Answer>(
  work: (signal: AbortSignal | undefined) => Promise<Answer>,
  { time, late, signal }: AnswerWithinOptions<Answer>,
): Promise<Answer> {
  if (time === undefined) return await work(signal);
  signal?.throwIfAborted();
  const waiting = new AbortController();
  const leave = (): void => {
    waiting.abort(signal?.reason);
  };
  signal?.addEventListener("abort", leave, { once: true });
  const timeUp = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => {
    timeUp.resolve(late());
  }, time);
  try {
    return await Promise.race([work(waiting.signal), timeUp.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
  }
}
