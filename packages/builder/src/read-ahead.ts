/**
 * Maps in order with up to `ahead` calls of `map` under way. When the reader leaves early or a
 * call fails, the calls under way are waited for, so that nothing they opened stays open.
 */
export async function* readAhead<In, Out>(
  source: AsyncIterable<In>,
  ahead: number,
  map: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const underWay: Promise<Out>[] = [];
  try {
    for await (const item of source) {
      const result = map(item);
      // A failure is met when its turn comes; until then it is not unhandled.
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length >= ahead) {
        yield await underWay.shift()!;
      }
    }
    while (underWay.length > 0) {
      yield await underWay.shift()!;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}
