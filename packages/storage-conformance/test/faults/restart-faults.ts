import { createMemoryStorage } from "@nixery/storage/memory";
import { type Fault, replacing } from "./fault.ts";

export const restartFaults: readonly Fault[] = [
  {
    name: "forgets its objects",
    capabilities: ["reopen"],
    into: (sound) => sound,
    reopened: () => createMemoryStorage(),
    foundBy: "objects outlive the process",
  },
  {
    name: "forgets content types when the process ends",
    capabilities: ["reopen"],
    into: (sound) => sound,
    reopened: (sound) =>
      replacing(sound, {
        async stat(key, options) {
          const info = await sound.stat(key, options);
          return info && { ...info, contentType: "application/octet-stream" };
        },
      }),
    foundBy: "content types outlive the process",
  },
  {
    name: "shows removed objects again when the process ends",
    capabilities: ["reopen"],
    into: (sound) => replacing(sound, hiding(new Set(), sound)),
    reopened: (sound) => sound,
    foundBy: "removals outlive the process",
  },
];

/** Removals that only this process knows of. */
function hiding(
  removed: Set<string>,
  sound: ReturnType<typeof createMemoryStorage>,
): Partial<typeof sound> {
  return {
    async remove(key, options) {
      await sound.stat(key, options);
      removed.add(key);
    },
    stat: async (key, options) => (removed.has(key) ? undefined : sound.stat(key, options)),
    read: async (key, options) => (removed.has(key) ? undefined : sound.read(key, options)),
  };
}
