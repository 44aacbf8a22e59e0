import { abortable, assertKey, keyPattern, type Storage } from "@nixery/storage";
import { changingLists } from "./changing-results.ts";
import { type Fault, gather, once, replacing } from "./fault.ts";

/** A key that is one, for a method that does not care. */
const harmless = (key: string): string => (keyPattern.test(key) ? key : "blobs/harmless");

export const keyFaults: readonly Fault[] = [
  {
    name: "writes under any key",
    into: (sound) =>
      replacing(sound, {
        write: async (key, source, options) => sound.write(harmless(key), source, options),
      }),
    foundBy: "keys that are invalid are rejected by write, before it reads its source",
    alone: true,
  },
  {
    name: "reads under any key",
    into: (sound) =>
      replacing(sound, { read: async (key, options) => sound.read(harmless(key), options) }),
    foundBy: "keys that are invalid are rejected by read",
    alone: true,
  },
  {
    name: "looks up any key",
    into: (sound) =>
      replacing(sound, { stat: async (key, options) => sound.stat(harmless(key), options) }),
    foundBy: "keys that are invalid are rejected by stat",
    alone: true,
  },
  {
    name: "creates under any key",
    into: (sound) =>
      replacing(sound, {
        create: async (key, source, options) => sound.create?.(harmless(key), source, options),
      }),
    foundBy: "keys that are invalid are rejected by create, before it reads its source",
    alone: true,
  },
  {
    name: "reads the source of a replace before it looks at the key",
    into: (sound) =>
      replacing(sound, {
        async replace(key, version, source, options) {
          const bytes = once(await gather(abortable(source, options)));
          return sound.replace?.(key, version, bytes, options);
        },
      }),
    foundBy: "keys that are invalid are rejected by replace, before it reads its source",
    alone: true,
  },
  {
    name: "removes the version of any key",
    into: (sound) =>
      replacing(sound, {
        removeVersion: async (key, version, options) =>
          sound.removeVersion?.(harmless(key), version, options) ?? false,
      }),
    foundBy: "keys that are invalid are rejected by removeVersion",
    alone: true,
  },
  {
    name: "throws at once for an invalid key",
    into: (sound) =>
      replacing(sound, {
        stat(key, options) {
          assertKey(key, sound.name);
          return sound.stat(key, options);
        },
      }),
    foundBy: "keys that are invalid are rejected by stat",
    alone: true,
  },
  {
    name: "removes any key",
    into: (sound) =>
      replacing(sound, { remove: async (key, options) => sound.remove(harmless(key), options) }),
    foundBy: "keys that are invalid are rejected by remove",
    alone: true,
  },
  {
    name: "moves to any key",
    into: (sound) =>
      replacing(sound, {
        move: async (from, to, options) =>
          sound.move(from, keyPattern.test(to) ? to : from, options),
      }),
    foundBy: "keys that are invalid are rejected by move, on either side",
    alone: true,
  },
  {
    name: "accepts only hexadecimal keys",
    into: (sound) => accepting(sound, /^[a-z]+\/[0-9a-f-]+$/),
    foundBy: "keys of every form of the grammar have an object each",
  },
  {
    name: "has a list of namespaces",
    into: (sound) => accepting(sound, /^(?:blobs|(?:layer|image)-cache|staging|a.*)\//),
    foundBy: "keys of every form of the grammar have an object each",
    alone: true,
  },
  {
    name: "keeps a namespace for itself",
    into: (sound) =>
      changingLists(sound, (info) => (info.key.startsWith("types/") ? undefined : info)),
    foundBy: "keys of every form of the grammar have an object each",
    alone: true,
  },
];

/** `sound` with writes under the valid keys that match `pattern`, and no others. */
function accepting(sound: Storage, pattern: RegExp): Storage {
  return replacing(sound, {
    async write(key, source, options) {
      if (keyPattern.test(key) && !pattern.test(key)) {
        throw new TypeError("unsupported key");
      }
      return sound.write(key, source, options);
    },
  });
}
