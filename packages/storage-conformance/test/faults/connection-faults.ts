import { abortable, type Storage } from "@nixery/storage";
import { changingReads } from "./changing-results.ts";
import type { Fault } from "./fault.ts";

/** Defects of bodies that have a connection each. */
export const connectionFaults: readonly Fault[] = [
  {
    name: "keeps the connection of a body that is returned early",
    into: (sound) => pooling(sound, (body, release) => releasingAtEnd(body, release)),
    foundBy: "bodies may be returned after the first chunk",
  },
  {
    name: "keeps the connection of a body that is returned before its first chunk",
    into: (sound) =>
      pooling(sound, async function* (body, release) {
        try {
          yield* body;
        } finally {
          release();
        }
      }),
    foundBy: "bodies may be returned before the first chunk",
    alone: true,
  },
  {
    name: "serves one reader at a time",
    into(sound) {
      let before = Promise.resolve();
      return changingReads(sound, async (result, options) => {
        await before;
        const ended = Promise.withResolvers<void>();
        before = ended.promise;
        return { ...result, body: abortable(result.body, { ...options, close: ended.resolve }) };
      });
    },
    foundBy: "bodies of a slow reader wait for it",
    alone: true,
  },
];

/** A backend with 50 connections; `lend` makes a body that gives its connection back. */
function pooling(
  sound: Storage,
  lend: (body: AsyncIterable<Uint8Array>, release: () => void) => AsyncIterable<Uint8Array>,
): Storage {
  let free = 50;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    free += 1;
    waiting.shift()?.();
  };
  return changingReads(sound, async (result) => {
    if (free === 0) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    free -= 1;
    return { ...result, body: lend(result.body, release) };
  });
}

/** Detects the end of a body, but not its return. */
function releasingAtEnd(
  body: AsyncIterable<Uint8Array>,
  release: () => void,
): AsyncIterableIterator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  return {
    async next() {
      const step = await iterator.next();
      if (step.done === true) {
        release();
      }
      return step;
    },
    async return() {
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
