import { type Fault, notFound, replacing } from "./fault.ts";

/** Defects of move and remove. */
export const placeFaults: readonly Fault[] = [
  {
    name: "copies instead of moving",
    into: (sound) =>
      replacing(sound, {
        async move(from, to, options) {
          const source = await sound.read(from, options);
          await sound.move(from, to, options);
          if (source !== undefined && from !== to) {
            await sound.write(from, source.body, source.info);
          }
        },
      }),
    foundBy: "moves leave nothing at the old key",
  },
  {
    name: "does not move",
    into: (sound) =>
      replacing(sound, { move: async (from, _, options) => sound.move(from, from, options) }),
    foundBy: "moves bring an object to its new key",
  },
  {
    name: "loses large objects in a move",
    into: (sound) =>
      replacing(sound, {
        async move(from, to, options) {
          await sound.move(from, to, options);
          if (((await sound.stat(to))?.size ?? 0) > 200_000) {
            await sound.remove(to);
          }
        },
      }),
    foundBy: "moves bring large objects too",
    alone: true,
  },
  {
    name: "resolves a move of a missing object",
    into: (sound) =>
      replacing(sound, {
        async move(from, to, options) {
          if (
            options?.signal?.aborted === true ||
            (await sound.stat(from, options)) !== undefined
          ) {
            await sound.move(from, to, options);
          }
        },
      }),
    foundBy: "moves of a missing object are ERR_STORAGE_NOT_FOUND and change nothing",
    alone: true,
  },
  {
    name: "removes the target before it looks for the source of a move",
    into: (sound) =>
      replacing(sound, {
        async move(from, to, options) {
          options?.signal?.throwIfAborted();
          await sound.stat(from);
          if (from !== to) {
            await sound.remove(to);
          }
          await sound.move(from, to, options);
        },
      }),
    foundBy: "moves of a missing object are ERR_STORAGE_NOT_FOUND and change nothing",
    alone: true,
  },
  {
    name: "loses an object that is moved to its own key",
    into: (sound) =>
      replacing(sound, {
        async move(from, to, options) {
          await sound.move(from, to, options);
          if (from === to) {
            await sound.remove(to);
          }
        },
      }),
    foundBy: "moves to the same key keep the object",
    alone: true,
  },
  {
    name: "keeps the object at the target of a move",
    into: (sound) =>
      replacing(sound, {
        async move(from, to, options) {
          if (from !== to && (await sound.stat(to, options)) !== undefined) {
            return sound.remove(from, options);
          }
          return sound.move(from, to, options);
        },
      }),
    foundBy: "moves replace what is at the new key",
  },
  {
    name: "throws when an object to remove is missing",
    into: (sound) =>
      replacing(sound, {
        async remove(key, options) {
          if ((await sound.stat(key, options)) === undefined) {
            throw notFound(sound, key);
          }
          await sound.remove(key, options);
        },
      }),
    foundBy: "removals of a missing object are not an error",
    alone: true,
  },
  {
    name: "does not remove",
    into: (sound) =>
      replacing(sound, {
        async remove(key, options) {
          await sound.stat(key, options);
        },
      }),
    foundBy: "removals leave nothing of the object",
  },
  {
    name: "removes all keys with the same beginning",
    into: (sound) =>
      replacing(sound, {
        async remove(key, options) {
          await sound.remove(key, options);
          for await (const other of sound.list(key, options)) {
            await sound.remove(other.key, options);
          }
        },
      }),
    foundBy: "removals leave other objects",
    alone: true,
  },
  {
    name: "never shows a removed key again",
    into(sound) {
      const removed = new Set<string>();
      return replacing(sound, {
        async remove(key, options) {
          await sound.remove(key, options);
          removed.add(key);
        },
        stat: async (key, options) => {
          const info = await sound.stat(key, options);
          return removed.has(key) ? undefined : info;
        },
      });
    },
    foundBy: "removals make room for another object",
  },
];
