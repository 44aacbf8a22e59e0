import type { ObjectInfo, ReadOptions, ReadResult, Storage } from "@nixery/storage";
import { replacing } from "./fault.ts";

/** `sound` with another result for each object that is read. */
export function changingReads(
  sound: Storage,
  change: (result: ReadResult, options: ReadOptions) => ReadResult | Promise<ReadResult>,
): Storage {
  return replacing(sound, {
    async read(key, options) {
      const result = await sound.read(key, options);
      return result && change(result, options ?? {});
    },
  });
}

/** `sound` with another description of each listed object, or without it for `undefined`. */
export function changingLists(
  sound: Storage,
  change: (info: ObjectInfo) => ObjectInfo | undefined,
): Storage {
  return replacing(sound, {
    async *list(prefix, options) {
      for await (const info of sound.list(prefix, options)) {
        const changed = change(info);
        if (changed !== undefined) {
          yield changed;
        }
      }
    },
  });
}
