import type { Storage } from "@nixery/storage";
import { type Fault, notFound, once, replacing } from "./fault.ts";

/** Defects in how a missing object is told. */
export const missingFaults: readonly Fault[] = [
  {
    name: "throws when a read object is missing",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          return (await sound.read(key, options)) ?? missing(sound, key);
        },
      }),
    foundBy: "objects that do not exist are undefined",
  },
  {
    name: "throws when an object to look up is missing",
    into: (sound) =>
      replacing(sound, {
        async stat(key, options) {
          return (await sound.stat(key, options)) ?? missing(sound, key);
        },
      }),
    foundBy: "objects that do not exist are undefined",
  },
  {
    name: "returns an empty object for a missing one",
    into: (sound) =>
      replacing(sound, {
        read: async (key, options) =>
          (await sound.read(key, options)) ?? {
            info: { key, size: 0, contentType: "", modified: new Date() },
            body: once(new Uint8Array()),
          },
      }),
    foundBy: "objects that do not exist are undefined",
  },
];

function missing(storage: Storage, key: string): never {
  throw notFound(storage, key);
}
