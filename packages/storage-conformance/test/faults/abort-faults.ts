import { type OperationOptions, assertKey } from "@nixery/storage";
import { type Fault, gather, once, replacing } from "./fault.ts";

/** Options without their signal. */
function deaf<T extends OperationOptions>(options: T | undefined): T | undefined {
  return options && { ...options, signal: undefined };
}

export const abortFaults: readonly Fault[] = [
  {
    name: "ignores the signal of a write",
    into: (sound) =>
      replacing(sound, {
        write: async (key, source, options) =>
          sound.write(key, source, { ...options, signal: undefined }),
      }),
    foundBy: "aborts end a write and leave the old object",
  },
  {
    name: "ignores the signal of a read",
    into: (sound) =>
      replacing(sound, { read: async (key, options) => sound.read(key, deaf(options)) }),
    foundBy: "aborts before a read prevent it",
  },
  {
    name: "ignores the signal of a body",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          options?.signal?.throwIfAborted();
          return sound.read(key, deaf(options));
        },
      }),
    foundBy: "aborts end a body that is being read",
  },
  {
    name: "ignores the signal of a stat",
    into: (sound) =>
      replacing(sound, { stat: async (key, options) => sound.stat(key, deaf(options)) }),
    foundBy: "aborts before a stat prevent it",
    alone: true,
  },
  {
    name: "ignores the signal of a move",
    into: (sound) =>
      replacing(sound, { move: async (from, to, options) => sound.move(from, to, deaf(options)) }),
    foundBy: "aborts before a move prevent it",
    alone: true,
  },
  {
    name: "ignores the signal of a remove",
    into: (sound) =>
      replacing(sound, { remove: async (key, options) => sound.remove(key, deaf(options)) }),
    foundBy: "aborts before a remove prevent it",
    alone: true,
  },
  {
    name: "ignores the signal of a list",
    into: (sound) =>
      replacing(sound, { list: (prefix, options) => sound.list(prefix, deaf(options)) }),
    foundBy: "aborts before a list prevent it",
  },
  {
    name: "ignores the signal of a create",
    into: (sound) =>
      replacing(sound, {
        create: async (key, source, options) =>
          sound.create?.(key, source, { ...options, signal: undefined }),
      }),
    foundBy: "aborts before a create prevent it",
  },
  {
    name: "ignores the signal of a replace",
    into: (sound) =>
      replacing(sound, {
        replace: async (key, version, source, options) =>
          sound.replace?.(key, version, source, { ...options, signal: undefined }),
      }),
    foundBy: "aborts before a replace prevent it",
  },
  {
    name: "ignores the signal of a removeVersion",
    into: (sound) =>
      replacing(sound, {
        removeVersion: async (key, version, options) =>
          sound.removeVersion?.(key, version, deaf(options)) ?? false,
      }),
    foundBy: "aborts before a removeVersion prevent it",
    alone: true,
  },
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
    name: "takes every reason of an abort for an error that must be told",
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
    name: "stores what came before an abort",
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
    name: "reads on in the source of an aborted write",
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
    name: "gives a whole body in spite of an abort",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          const result = await sound.read(key, options);
          return result && { ...result, body: once(await gather(result.body)) };
        },
      }),
    foundBy: "aborts end a body before its first chunk is read",
  },
];
