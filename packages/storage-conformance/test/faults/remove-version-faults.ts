import { setImmediate } from "node:timers/promises";
import type { ObjectInfo, Storage } from "@nixery/storage";
import { type Fault, replacing } from "./fault.ts";

export const removeVersionFaults: readonly Fault[] = [
  {
    name: "removes any version",
    into: (sound) =>
      replacing(sound, {
        async removeVersion(key, _, options) {
          const isThere = (await sound.stat(key, options)) !== undefined;
          await sound.remove(key, options);
          return isThere;
        },
      }),
    foundBy: "removeVersion keeps an object that has another version",
  },
  {
    name: "removes no version",
    into: (sound) =>
      replacing(sound, {
        async removeVersion(key, _, options) {
          await sound.stat(key, options);
          return false;
        },
      }),
    foundBy: "removeVersion removes the object that has the version",
  },
  {
    name: "returns nothing from removeVersion",
    into: (sound) => claiming(sound, () => undefined as unknown as boolean),
    foundBy: "removeVersion removes the object that has the version",
  },
  {
    name: "treats a missing object as a removed one",
    into: (sound) => claiming(sound, (isRemoved, before) => isRemoved || before === undefined),
    foundBy: "removeVersion resolves to false where there is no object",
  },
  {
    name: "returns true to several callers of removeVersion",
    into: (sound) => claiming(sound, (_, before, version) => before?.version === version),
    foundBy: "removeVersion succeeds once at the same time",
  },
  {
    name: "compares the version and removes the object in two steps",
    into: (sound) =>
      replacing(sound, {
        async removeVersion(key, version, options) {
          if ((await sound.stat(key, options))?.version !== version) {
            return false;
          }
          await setImmediate();
          await sound.remove(key, options);
          return true;
        },
      }),
    foundBy: "removeVersion keeps an object that is written at the same time",
  },
  {
    name: "removes the version that a replace has replaced",
    into(sound) {
      const replaced = new Set<string>();
      return replacing(sound, {
        async replace(key, version, source, options) {
          const info = await sound.replace?.(key, version, source, options);
          if (info !== undefined) {
            replaced.add(version);
          }
          return info;
        },
        async removeVersion(key, version, options) {
          await setImmediate();
          const isRemoved = await sound.removeVersion?.(key, version, options);
          return isRemoved === true || replaced.has(version);
        },
      });
    },
    foundBy: "removeVersion or a replace of the same version succeeds, never both",
    alone: true,
  },
];

/** `sound` with another result of `removeVersion`; `before` is the object before the call. */
function claiming(
  sound: Storage,
  claim: (isRemoved: boolean, before: ObjectInfo | undefined, version: string) => boolean,
): Storage {
  return replacing(sound, {
    async removeVersion(key, version, options) {
      const before = await sound.stat(key, options);
      const isRemoved = await sound.removeVersion?.(key, version, options);
      return claim(isRemoved === true, before, version);
    },
  });
}
