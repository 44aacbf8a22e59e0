import { type ObjectInfo, type Storage, StorageError } from "@nixery/storage";
import { type Fault, replacing } from "./fault.ts";

/** Defects of move, remove and list. */
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
    name: "moves nothing without a word",
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
    foundBy: "moves of what is not there are ERR_STORAGE_NOT_FOUND and change nothing",
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
    foundBy: "moves of what is not there are ERR_STORAGE_NOT_FOUND and change nothing",
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
    name: "keeps what is at the target of a move",
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
            const message = `${sound.name} has no ${key} to remove; write it first`;
            throw new StorageError("ERR_STORAGE_NOT_FOUND", { backend: sound.name, key, message });
          }
          await sound.remove(key, options);
        },
      }),
    foundBy: "removals of what is not there are no error",
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
    name: "removes what starts like the key too",
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
    name: "remembers removed keys for ever",
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
    foundBy: "removals make place for another object",
    alone: true,
  },
  {
    name: "lists in the order of writing",
    into: (sound) => sorting(sound, () => 0),
    foundBy: "listings are in ascending order",
  },
  {
    name: "lists numbers in their order",
    into: (sound) => sorting(sound, (a, b) => a.key.localeCompare(b.key, "en", { numeric: true })),
    foundBy: "listings are in ascending order",
  },
  {
    name: "lists one page",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          let count = 0;
          for await (const info of sound.list(prefix, options)) {
            count += 1;
            if (count > 1000) {
              return;
            }
            yield info;
          }
        },
      }),
    foundBy: "listings reach the end of 1100 objects",
    alone: true,
  },
  {
    name: "lists whole folders only",
    into: (sound) =>
      replacing(sound, {
        list: (prefix, options) => sound.list(prefix.replace(/[^/]*$/, ""), options),
      }),
    foundBy: "listings hold what starts with the prefix",
  },
  {
    name: "takes the prefix for a pattern",
    into: (sound) =>
      replacing(sound, {
        list: (prefix, options) => sound.list(prefix.replaceAll(/[*%]/g, ""), options),
      }),
    foundBy: "listings of a prefix that no key can have are empty",
    alone: true,
  },
  {
    name: "lists no sizes",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          for await (const info of sound.list(prefix, options)) {
            yield { ...info, size: 0 };
          }
        },
      }),
    foundBy: "listings know size and content type",
  },
  {
    name: "lists no content types",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          for await (const info of sound.list(prefix, options)) {
            yield { ...info, contentType: "" };
          }
        },
      }),
    foundBy: "listings know size and content type",
  },
  {
    name: "fails when a listed object has gone",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          const infos = await all(sound.list(prefix, options));
          for (const info of infos) {
            options?.signal?.throwIfAborted();
            if ((await sound.stat(info.key)) === undefined) {
              throw new Error(`${info.key} has gone`);
            }
            yield info;
          }
        },
      }),
    foundBy: "listings survive the removal of what they list",
    alone: true,
  },
  {
    name: "lists once and for all when a listing is left",
    into(sound) {
      let left = false;
      return replacing(sound, {
        async *list(prefix, options) {
          let done = left;
          try {
            for await (const info of left ? [] : sound.list(prefix, options)) {
              yield info;
            }
            done = true;
          } catch (error) {
            done = true;
            throw error;
          } finally {
            left = !done;
          }
        },
      });
    },
    foundBy: "listings can be left before their end",
    alone: true,
  },
  {
    name: "fails to list an empty storage",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          const infos = await all(sound.list("", options));
          if (infos.length === 0) {
            throw new Error("there is no folder");
          }
          yield* sound.list(prefix, options);
        },
      }),
    foundBy: "listings of an empty storage are empty",
  },
];

/** Lists in the order of `compare`, and what is equal for it in the order of writing. */
function sorting(sound: Storage, compare: (a: ObjectInfo, b: ObjectInfo) => number): Storage {
  const written: string[] = [];
  return replacing(sound, {
    async write(key, source, options) {
      const info = await sound.write(key, source, options);
      written.push(key);
      return info;
    },
    async *list(prefix, options) {
      const infos = await all(sound.list(prefix, options));
      const byTime = infos.toSorted((a, b) => written.indexOf(a.key) - written.indexOf(b.key));
      for (const info of byTime.toSorted(compare)) {
        options?.signal?.throwIfAborted();
        yield info;
      }
    },
  });
}

async function all(list: AsyncIterable<ObjectInfo>): Promise<readonly ObjectInfo[]> {
  const infos: ObjectInfo[] = [];
  for await (const info of list) {
    infos.push(info);
  }
  return infos;
}
