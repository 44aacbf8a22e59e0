/**
 * Maps in order with up to `maxAhead` items in `map` or waiting to be read. When the reader stops
 * early or a call fails, the running calls are awaited, so that nothing that they opened stays open.
 */
export async function* mapAhead<In, Out>(
  source: AsyncIterable<In>,
  maxAhead: number,
  map: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const running: Promise<Out>[] = [];
  try {
    for await (const item of source) {
      const result = map(item);
      // Reported when the item is read.
      result.catch(() => undefined);
      running.push(result);
      if (running.length >= maxAhead) {
        yield await running.shift()!;
      }
    }
    while (running.length > 0) {
      yield await running.shift()!;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
