import { type OperationOptions, assertKey } from "@nixery/storage";
import { changingReads } from "./changing-results.ts";
import { type Fault, gather, once, replacing } from "./fault.ts";

export const abortFaults: readonly Fault[] = [
  {
    name: "rejects with an error of its own when a write is aborted",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          try {
            return await sound.write(key, source, options);
          } catch (error) {
            throw options.signal?.aborted === true ? new Error("aborted") : error;
          }
        },
      }),
    foundBy: "aborts before a write prevent it",
  },
  ...(["read", "stat", "create", "replace", "removeVersion"] as const).map((method): Fault => ({
    name: `rejects with an error of its own when a ${method} is aborted`,
    into: (sound) =>
      replacing(sound, {
        async [method](...args: readonly never[]) {
          await Promise.resolve();
          const options = args.at(-1) as OperationOptions | undefined;
          if (options?.signal?.aborted === true) {
            throw new Error("aborted");
          }
          const call = sound[method] as (...all: readonly never[]) => unknown;
          return call(...args);
        },
      }),
    foundBy: `aborts right after the call of a ${method} leave all or nothing of it`,
  })),
  {
    name: "rejects with an error of its own when a list is aborted",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          await Promise.resolve();
          if (options?.signal?.aborted === true) {
            throw new Error("aborted");
          }
          yield* sound.list(prefix, options);
        },
      }),
    foundBy: "aborts right after the call of a list leave all or nothing of it",
  },
  {
    name: "wraps the reason of a plain abort",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          try {
            return await sound.write(key, source, options);
          } catch (error) {
            throw error instanceof DOMException ? new Error("aborted", { cause: error }) : error;
          }
        },
      }),
    foundBy: "aborts without a reason reject with the one of the signal",
    alone: true,
  },
  {
    name: "stores the bytes before an abort",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          assertKey(key, sound.name);
          options.signal?.throwIfAborted();
          const chunks: Uint8Array[] = [];
          const tee = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
            for await (const chunk of source) {
              chunks.push(new Uint8Array(chunk));
              yield chunk;
            }
          };
          try {
            return await sound.write(key, tee(), options);
          } catch (error) {
            if (options.signal?.aborted === true) {
              await sound.write(key, once(Buffer.concat(chunks)), {
                ...options,
                signal: undefined,
              });
            }
            throw error;
          }
        },
      }),
    foundBy: "aborts end a write and leave the old object",
  },
  {
    name: "leaves the source of an aborted write open",
    into: (sound) =>
      replacing(sound, {
        write: async (key, source, options) =>
          sound.write(
            key,
            {
              [Symbol.asyncIterator]() {
                const iterator = source[Symbol.asyncIterator]();
                return { next: async () => iterator.next() };
              },
            },
            options,
          ),
      }),
    foundBy: "aborts end a write that waits for its source, and close the source",
    alone: true,
  },
  {
    name: "continues to read the source of an aborted write",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          const rest = source[Symbol.asyncIterator]();
          const bare = { [Symbol.asyncIterator]: () => ({ next: async () => rest.next() }) };
          try {
            return await sound.write(key, bare, options);
          } catch (error) {
            for (let step = 0; step < 5 && options.signal?.aborted === true; step += 1) {
              void rest.next();
            }
            throw error;
          }
        },
      }),
    foundBy: "aborts end a write that waits for its source, and close the source",
    alone: true,
  },
  {
    name: "returns a whole body despite an abort",
    into: (sound) =>
      changingReads(sound, async (result) => ({
        ...result,
        body: once(await gather(result.body)),
      })),
    foundBy: "aborts end a body before its first chunk is read",
  },
];
