import { isStorageError } from "@nixery/storage";
import { type Fault, gather, once, replacing } from "./fault.ts";

export const rangeFaults: readonly Fault[] = [
  {
    name: "excludes the end of a range",
    into: (sound) =>
      replacing(sound, {
        read: async (key, options) =>
          sound.read(key, {
            ...options,
            range: options?.range && {
              ...options.range,
              end:
                options.range.end === undefined
                  ? undefined
                  : Math.max(options.range.start, options.range.end - 1),
            },
          }),
      }),
    foundBy: "ranges include both ends",
  },
  {
    name: "ignores ranges",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          const result = await sound.read(key, options);
          return result && sound.read(key, { ...options, range: undefined });
        },
      }),
    foundBy: "ranges include both ends",
  },
  {
    name: "returns one byte for a range without an end",
    into: (sound) =>
      replacing(sound, {
        read: async (key, options) =>
          sound.read(key, {
            ...options,
            range: options?.range && {
              ...options.range,
              end: options.range.end ?? options.range.start,
            },
          }),
      }),
    foundBy: "ranges without an end go to the last byte",
  },
  {
    name: "reads ranges of the first part only",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          const result = await sound.read(key, options);
          return result && options?.range !== undefined && result.info.size > 200_000
            ? { ...result, body: once((await gather(result.body)).subarray(0, 100_000)) }
            : result;
        },
      }),
    foundBy: "ranges reach far into a large object",
    alone: true,
  },
  {
    name: "refuses a range that ends beyond the object",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          const size = (await sound.stat(key, options))?.size ?? 0;
          const end = options?.range?.end ?? 0;
          return sound.read(
            key,
            end > 0 && end >= size ? { ...options, range: { start: size } } : options,
          );
        },
      }),
    foundBy: "ranges that end beyond the object end with it",
  },
  {
    name: "refuses a range that is the whole object",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          const size = (await sound.stat(key, options))?.size ?? 0;
          const { start, end = size - 1 } = options?.range ?? { start: -1 };
          return sound.read(
            key,
            start === 0 && end === size - 1 ? { ...options, range: { start: size } } : options,
          );
        },
      }),
    foundBy: "ranges may be the whole object",
  },
  {
    name: "returns the size of the range as that of the object",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          const result = await sound.read(key, options);
          if (result === undefined || options?.range === undefined) {
            return result;
          }
          const bytes = await gather(result.body);
          return { info: { ...result.info, size: bytes.byteLength }, body: once(bytes) };
        },
      }),
    foundBy: "ranges come with the size of the whole object",
    alone: true,
  },
  {
    name: "returns no bytes for a range after the object",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          const info = await sound.stat(key, options);
          return info && options?.range && options.range.start >= info.size
            ? { info, body: once(new Uint8Array()) }
            : sound.read(key, options);
        },
      }),
    foundBy: "ranges that start at the end or later are ERR_STORAGE_RANGE",
    alone: true,
  },
  {
    name: "returns no bytes for a range that ends before it starts",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          const info = await sound.stat(key, options);
          const { start, end = start } = options?.range ?? { start: 0 };
          return info && end < start
            ? { info, body: once(new Uint8Array()) }
            : sound.read(key, options);
        },
      }),
    foundBy: "ranges that are invalid are ERR_STORAGE_RANGE",
    alone: true,
  },
  {
    name: "rejects an invalid range with its own error",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          try {
            return await sound.read(key, options);
          } catch (error) {
            throw isStorageError(error, "ERR_STORAGE_RANGE") ? new RangeError("range") : error;
          }
        },
      }),
    foundBy: "ranges that start at the end or later are ERR_STORAGE_RANGE",
  },
];
