import { abortable, assertKey, type Storage, StorageError } from "@nixery/storage";
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
    name: "removes the old object before the new one is stored",
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
    name: "stores the bytes before an error of its source",
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
            throw unwritable(sound, key, cause);
          }
        },
      }),
    foundBy: "writes leave nothing when their source fails",
  },
  {
    name: "treats an error of its source as a system error",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          try {
            return await sound.write(key, source, options);
          } catch (cause) {
            if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
              throw unwritable(sound, key, cause);
            }
            throw cause;
          }
        },
      }),
    foundBy: "writes pass on an error of their source that looks like a system error",
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
    name: "overwrites an object without truncating it",
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
    foundBy: "objects may be empty",
  },
  {
    name: "returns a size of 0 from a write",
    into: (sound) =>
      replacing(sound, {
        write: async (key, source, options) => ({
          ...(await sound.write(key, source, options)),
          size: 0,
        }),
      }),
    foundBy: "objects are described by the result of their write",
  },
];

function unwritable({ name }: Storage, key: string, cause: unknown): StorageError {
  const message = `Cannot write ${key} in ${name}. Try again.`;
  return new StorageError("ERR_STORAGE_UNAVAILABLE", { backend: name, key, message, cause });
}
