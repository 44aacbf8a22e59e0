import { type ByteRange, isStorageError, type Storage } from "@nixery/storage";
import { changingReads } from "./changing-results.ts";
import { type Fault, gather, once, replacing } from "./fault.ts";

export const rangeFaults: readonly Fault[] = [
  {
    name: "excludes the end of a range",
    into: (sound) =>
      changingRanges(sound, ({ start, end }) => ({
        start,
        end: end === undefined ? undefined : Math.max(start, end - 1),
      })),
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
    into: (sound) => changingRanges(sound, ({ start, end = start }) => ({ start, end })),
    foundBy: "ranges without an end go to the last byte",
  },
  {
    name: "reads ranges of the first part only",
    into: (sound) =>
      changingReads(sound, async (result, { range }) =>
        range !== undefined && result.info.size > 200_000
          ? { ...result, body: once((await gather(result.body)).subarray(0, 100_000)) }
          : result,
      ),
    foundBy: "ranges reach far into a large object",
    alone: true,
  },
  {
    name: "refuses a range that ends beyond the object",
    into: (sound) => refusingRanges(sound, ({ end = 0 }, size) => end > 0 && end >= size),
    foundBy: "ranges that end beyond the object end with it",
  },
  {
    name: "refuses a range that is the whole object",
    into: (sound) =>
      refusingRanges(
        sound,
        ({ start, end }, size) => start === 0 && (end ?? size - 1) === size - 1,
      ),
    foundBy: "ranges may be the whole object",
  },
  {
    name: "returns the size of the range as that of the object",
    into: (sound) =>
      changingReads(sound, async (result, { range }) => {
        if (range === undefined) {
          return result;
        }
        const bytes = await gather(result.body);
        return { info: { ...result.info, size: bytes.byteLength }, body: once(bytes) };
      }),
    foundBy: "ranges come with the size of the whole object",
    alone: true,
  },
  {
    name: "returns no bytes for a range after the object",
    into: (sound) => emptyingRanges(sound, ({ start }, size) => start >= size),
    foundBy: "ranges that start at the end or later are ERR_STORAGE_RANGE",
    alone: true,
  },
  {
    name: "returns no bytes for a range that ends before it starts",
    into: (sound) => emptyingRanges(sound, ({ start, end = start }) => end < start),
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

type RangeTest = (range: ByteRange, size: number) => boolean;

function changingRanges(sound: Storage, change: (range: ByteRange) => ByteRange): Storage {
  return replacing(sound, {
    read: async (key, options) =>
      sound.read(key, { ...options, range: options?.range && change(options.range) }),
  });
}

/** `sound` with `ERR_STORAGE_RANGE` for the ranges that `isRefused`. */
function refusingRanges(sound: Storage, isRefused: RangeTest): Storage {
  return replacing(sound, {
    async read(key, options) {
      const { size = 0 } = (await sound.stat(key, options)) ?? {};
      const isInvalid = options?.range !== undefined && isRefused(options.range, size);
      return sound.read(key, isInvalid ? { ...options, range: { start: size } } : options);
    },
  });
}

/** `sound` with an empty body for the ranges that `isEmpty`. */
function emptyingRanges(sound: Storage, isEmpty: RangeTest): Storage {
  return replacing(sound, {
    async read(key, options) {
      const info = await sound.stat(key, options);
      return info && options?.range && isEmpty(options.range, info.size)
        ? { info, body: once(new Uint8Array()) }
        : sound.read(key, options);
    },
  });
}
