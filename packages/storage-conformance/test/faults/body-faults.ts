import { Readable } from "node:stream";
import { abortable } from "@nixery/storage";
import { changingReads } from "./changing-results.ts";
import { type Fault, gather, once, replacing } from "./fault.ts";

async function* endless(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* bytes;
  for (;;) {
    yield new Uint8Array();
  }
}

export const bodyFaults: readonly Fault[] = [
  {
    name: "returns its own buffers",
    into(sound) {
      const kept = new Map<string, Uint8Array>();
      return replacing(sound, {
        async write(key, source, options) {
          kept.delete(key);
          return sound.write(key, source, options);
        },
        async replace(key, version, source, options) {
          const info = await sound.replace?.(key, version, source, options);
          kept.delete(key);
          return info;
        },
        async read(key, options) {
          const result = await sound.read(key, options);
          if (result === undefined || result.info.size > 5000 || options?.range !== undefined) {
            return result;
          }
          const bytes = kept.get(key) ?? (await gather(result.body));
          kept.set(key, bytes);
          return { info: result.info, body: abortable(once(bytes), options) };
        },
        async move(from, to, options) {
          kept.clear();
          await sound.move(from, to, options);
        },
        async remove(key, options) {
          kept.clear();
          await sound.remove(key, options);
        },
      });
    },
    foundBy: "objects stay the same when a reader writes into a chunk",
    alone: true,
  },
  {
    name: "returns an object in one chunk",
    into: (sound) =>
      changingReads(sound, async (result, options) => ({
        ...result,
        body: abortable(once(await gather(result.body)), options),
      })),
    foundBy: "bodies come in parts",
  },
  {
    name: "continues a body with empty chunks",
    into: (sound) =>
      changingReads(sound, (result, options) => ({
        ...result,
        body: abortable(endless(result.body), options),
      })),
    foundBy: "objects may be empty",
  },
  {
    name: "yields texts",
    into: (sound) =>
      changingReads(sound, (result) => ({
        ...result,
        body: Readable.from(result.body).setEncoding("latin1") as AsyncIterable<Uint8Array>,
      })),
    foundBy: "objects may be one byte",
  },
  {
    name: "starts again after the end of a body",
    into: (sound) =>
      changingReads(sound, (result) => {
        let body = result.body[Symbol.asyncIterator]();
        const iterator: AsyncIterableIterator<Uint8Array> = {
          async next() {
            const step = await body.next();
            if (step.done === true) {
              body = once(new Uint8Array(1));
            }
            return step;
          },
          return: async () => ({ done: true, value: await body.return?.() }),
          [Symbol.asyncIterator]: () => iterator,
        };
        return { ...result, body: iterator };
      }),
    foundBy: "bodies stay at their end",
    alone: true,
  },
  {
    name: "continues a read in the new object",
    into: (sound) =>
      changingReads(sound, (result, options) => {
        if (options.range !== undefined) {
          return result;
        }
        const pieces = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
          for (let start = 0; start < result.info.size; start += 100_000) {
            const range = { start, end: Math.min(start + 99_999, result.info.size - 1) };
            const piece = await sound.read(result.info.key, { ...options, range });
            yield* piece?.body ?? [];
          }
        };
        return { ...result, body: abortable(pieces(), options) };
      }),
    foundBy:
      "at the same time a reader of a replaced object gets the old one or an error, never a mixture",
  },
];
