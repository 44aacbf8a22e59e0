import { type Fault, changingWrites, firstPart, gather, once, replacing } from "./fault.ts";

/** Defects in how a write uses its source. */
export const sourceFaults: readonly Fault[] = [
  {
    name: "loses the last chunk of many",
    into: (sound) =>
      changingWrites(sound, (source, options) => [
        (async function* () {
          let last: Uint8Array | undefined;
          let count = 0;
          for await (const chunk of source) {
            if (last !== undefined) {
              yield last;
            }
            last = new Uint8Array(chunk);
            count += 1;
          }
          if (last !== undefined && count < 4) {
            yield last;
          }
        })(),
        options,
      ]),
    foundBy: "objects contain a chunk whose buffer is filled again for the next one",
  },
  {
    name: "treats an empty chunk as the end",
    into: (sound) =>
      changingWrites(sound, (source, options) => [
        (async function* () {
          for await (const chunk of source) {
            if (chunk.byteLength === 0) {
              return;
            }
            yield chunk;
          }
        })(),
        options,
      ]),
    foundBy: "objects contain chunks of any size, empty ones included",
    alone: true,
  },
  {
    name: "keeps the buffers of its caller",
    into: (sound) =>
      changingWrites(sound, (source, options) => [
        (async function* () {
          const chunks: Uint8Array[] = [];
          for await (const chunk of source) {
            chunks.push(chunk);
          }
          yield* chunks;
        })(),
        options,
      ]),
    foundBy: "objects contain a chunk whose buffer is filled again for the next one",
    alone: true,
  },
  {
    name: "keeps the whole buffer of which a chunk is a part",
    into: (sound) =>
      changingWrites(sound, (source, options) => [
        (async function* () {
          for await (const chunk of source) {
            yield chunk.byteLength < chunk.buffer.byteLength && chunk.buffer.byteLength === 1000
              ? new Uint8Array(chunk.buffer)
              : chunk;
          }
        })(),
        options,
      ]),
    foundBy: "objects contain only the part of a buffer that a chunk is",
    alone: true,
  },
  {
    name: "requires a generator",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          if (!("throw" in source || "return" in source[Symbol.asyncIterator]())) {
            throw new TypeError("source is no generator");
          }
          return sound.write(key, source, options);
        },
      }),
    foundBy: "objects come from any async iterable",
  },
  {
    name: "loses the bytes after the first part of an upload",
    into: (sound) => changingWrites(sound, (source, options) => [firstPart(source), options]),
    foundBy: "objects may be larger than a buffer or a part of an upload",
  },
  {
    name: "asks for two chunks at a time",
    into: (sound) =>
      changingWrites(sound, (source, options) => [
        (async function* () {
          const iterator = source[Symbol.asyncIterator]();
          for (;;) {
            for (const step of await Promise.all([iterator.next(), iterator.next()])) {
              if (step.done === true) {
                return;
              }
              yield new Uint8Array(step.value);
            }
          }
        })(),
        options,
      ]),
    foundBy: "writes ask their source for one chunk at a time, and for none after the last",
  },
  {
    name: "asks again after the end of the source",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          const iterator = source[Symbol.asyncIterator]();
          const again = {
            async next() {
              const step = await iterator.next();
              return step.done === true ? iterator.next() : step;
            },
            return: async () => iterator.return?.() ?? { done: true as const, value: undefined },
          };
          return sound.write(key, { [Symbol.asyncIterator]: () => again }, options);
        },
      }),
    foundBy: "writes ask their source for one chunk at a time, and for none after the last",
    alone: true,
  },
  {
    name: "waits for the whole source before it begins",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          const bytes = await gather(source);
          return sound.write(key, once(bytes), options);
        },
      }),
    foundBy: "aborts end a write that waits for its source, and close the source",
  },
];
