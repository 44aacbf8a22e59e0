import { StorageError, abortable, assertKey } from "@nixery/storage";
import { type Fault, changingWrites, gather, once, replacing } from "./fault.ts";

export const writeFaults: readonly Fault[] = [
  {
    name: "writes in place",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          assertKey(key, sound.name);
          options.signal?.throwIfAborted();
          const written: Uint8Array[] = [];
          await sound.write(key, once(new Uint8Array()), options);
          for await (const chunk of abortable(source, options)) {
            written.push(new Uint8Array(chunk));
            await sound.write(key, once(Buffer.concat(written)), options);
          }
          return { key, size: Buffer.concat(written).byteLength, contentType: options.contentType };
        },
      }),
    foundBy: "writes leave the old object when their source fails",
  },
  {
    name: "shows an object while it is staged",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          assertKey(key, sound.name);
          options.signal?.throwIfAborted();
          const staging = `staging/${crypto.randomUUID()}`;
          await sound.write(staging, once(new Uint8Array()), options);
          try {
            return await sound.write(key, source, options);
          } finally {
            await sound.remove(staging);
          }
        },
      }),
    foundBy: "writes show nothing before they resolve",
    alone: true,
  },
  {
    name: "removes the old object before it has the new one",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          assertKey(key, sound.name);
          options.signal?.throwIfAborted();
          await sound.remove(key);
          return sound.write(key, source, options);
        },
      }),
    foundBy: "writes show the old object until they resolve",
  },
  {
    name: "keeps what came before its source failed",
    into: (sound) =>
      changingWrites(sound, (source, options) => [
        (async function* () {
          try {
            yield* source;
          } catch (error) {
            if (!(error instanceof Error)) {
              throw error;
            }
          }
        })(),
        options,
      ]),
    foundBy: "writes leave nothing when their source fails",
  },
  {
    name: "wraps an error of its source",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          const input = abortable(source, options);
          try {
            return await sound.write(key, input, options);
          } catch (cause) {
            if (input.failure === undefined || options.signal?.aborted === true) {
              throw cause;
            }
            const message = `${sound.name} cannot write ${key}; try again`;
            const details = { backend: sound.name, key, message, cause };
            throw new StorageError("ERR_STORAGE_UNAVAILABLE", details);
          }
        },
      }),
    foundBy: "writes leave nothing when their source fails",
  },
  {
    name: "takes an error of its source for one of the system",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          try {
            return await sound.write(key, source, options);
          } catch (cause) {
            if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
              const message = `${sound.name} cannot write ${key}; try again`;
              const details = { backend: sound.name, key, message, cause };
              throw new StorageError("ERR_STORAGE_UNAVAILABLE", details);
            }
            throw cause;
          }
        },
      }),
    foundBy: "writes pass on an error of their source that looks like one of the system",
    alone: true,
  },
  {
    name: "never replaces an object",
    into: (sound) =>
      replacing(sound, {
        write: async (key, source, options) =>
          (await sound.stat(key, options)) ?? sound.write(key, source, options),
      }),
    foundBy: "writes replace the whole object",
  },
  {
    name: "writes over an object without cutting it",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          const old = await sound.read(key, options);
          const oldBytes = await gather(old?.body ?? once(new Uint8Array()));
          const rest = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
            let size = 0;
            for await (const chunk of source) {
              size += chunk.byteLength;
              yield chunk;
            }
            yield oldBytes.subarray(size);
          };
          return sound.write(key, rest(), options);
        },
      }),
    foundBy: "writes replace the whole object",
  },
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
    foundBy: "objects keep a chunk whose buffer is filled again for the next one",
  },
  {
    name: "takes an empty chunk for the end",
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
    foundBy: "objects keep chunks of any size, empty ones included",
    alone: true,
  },
  {
    name: "refuses an empty object",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          const info = await sound.write(key, source, options);
          if (info.size === 0) {
            await sound.remove(key);
            throw new Error("nothing to write");
          }
          return info;
        },
      }),
    foundBy: "objects keep no byte",
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
    foundBy: "objects keep a chunk whose buffer is filled again for the next one",
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
    foundBy: "objects keep the part of a buffer that a chunk shows",
    alone: true,
  },
  {
    name: "wants a generator",
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
    name: "loses what is beyond one part of an upload",
    into: (sound) =>
      changingWrites(sound, (source, options) => [
        (async function* () {
          let size = 0;
          for await (const chunk of source) {
            if (size < 250_000) {
              yield chunk;
            }
            size += chunk.byteLength;
          }
        })(),
        options,
      ]),
    foundBy: "objects keep more bytes than a buffer or a part of an upload",
  },
  {
    name: "says that it wrote nothing",
    into: (sound) =>
      replacing(sound, {
        write: async (key, source, options) => ({
          ...(await sound.write(key, source, options)),
          size: 0,
        }),
      }),
    foundBy: "objects are described by the write that made them",
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
  {
    name: "stores bytes and type one after the other",
    into(sound) {
      const types = new Map<string, string>();
      const typed = <T extends { readonly key: string; readonly contentType: string }>(
        info: T,
      ): T => ({
        ...info,
        contentType: types.get(info.key) ?? info.contentType,
      });
      return replacing(sound, {
        async write(key, source, options) {
          const info = await sound.write(key, source, options);
          await new Promise((resolve) => {
            setTimeout(resolve, info.size % 7);
          });
          types.set(key, options.contentType);
          return info;
        },
        async move(from, to, options) {
          await sound.move(from, to, options);
          const type = types.get(from);
          if (type !== undefined) {
            types.set(to, type);
          }
        },
        async stat(key, options) {
          const info = await sound.stat(key, options);
          return info && typed(info);
        },
        async read(key, options) {
          const result = await sound.read(key, options);
          return result && { ...result, info: typed(result.info) };
        },
        async *list(prefix, options) {
          for await (const info of sound.list(prefix, options)) {
            yield typed(info);
          }
        },
      });
    },
    foundBy: "at the same time writes of one key leave one of their objects, whole",
    alone: true,
  },
];
