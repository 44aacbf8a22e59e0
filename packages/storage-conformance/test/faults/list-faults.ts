import { compareText } from "@nixery/kit/compare-text";
import type { ObjectInfo, Storage } from "@nixery/storage";
import { changingLists } from "./changing-results.ts";
import { type Fault, replacing } from "./fault.ts";

export const listFaults: readonly Fault[] = [
  {
    name: "lists in the order of writing",
    into: (sound) => sorting(sound, () => 0),
    foundBy: "listings are in ascending order",
  },
  {
    name: "lists numbers in numerical order",
    into: (sound) => sorting(sound, (a, b) => a.key.localeCompare(b.key, "en", { numeric: true })),
    foundBy: "listings are in ascending order",
  },
  {
    name: "lists one namespace after the other",
    into: (sound) =>
      sorting(sound, (a, b) => {
        const [[here = "", one = ""], [there = "", other = ""]] = [a, b].map(({ key }) =>
          key.split("/"),
        ) as [string[], string[]];
        return compareText(here, there) || compareText(one, other);
      }),
    foundBy: "listings of several namespaces are in the order of whole keys",
    alone: true,
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
    name: "lists its first page again and again",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          const page: ObjectInfo[] = [];
          for await (const info of sound.list(prefix, options)) {
            page.push(info);
          }
          while (page.length > 0) {
            yield* page;
          }
        },
      }),
    foundBy: "listings include size and content type",
  },
  {
    name: "lists whole directories only",
    into: (sound) =>
      replacing(sound, {
        list: (prefix, options) => sound.list(prefix.replace(/[^/]*$/, ""), options),
      }),
    foundBy: "listings contain the keys that start with the prefix",
  },
  {
    name: "treats the prefix as a pattern",
    into: (sound) =>
      replacing(sound, {
        list: (prefix, options) => sound.list(prefix.replaceAll(/[*%]/g, ""), options),
      }),
    foundBy: "listings of a prefix that no key can have are empty",
    alone: true,
  },
  {
    name: "lists no sizes",
    into: (sound) => changingLists(sound, (info) => ({ ...info, size: 0 })),
    foundBy: "listings include size and content type",
  },
  {
    name: "lists no content types",
    into: (sound) => changingLists(sound, (info) => ({ ...info, contentType: "" })),
    foundBy: "listings include size and content type",
  },
  {
    name: "fails when a listed object is removed",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          const infos = await all(sound.list(prefix, options));
          for (const info of infos) {
            options?.signal?.throwIfAborted();
            if ((await sound.stat(info.key)) === undefined) {
              throw new Error(`There is no ${info.key}`);
            }
            yield info;
          }
        },
      }),
    foundBy: "listings survive the removal of their objects",
    alone: true,
  },
  {
    name: "lists nothing after a listing that was returned early",
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
    foundBy: "listings can be returned before their end",
    alone: true,
  },
  {
    name: "fails to list an empty storage",
    into: (sound) =>
      replacing(sound, {
        async *list(prefix, options) {
          const infos = await all(sound.list("", options));
          if (infos.length === 0) {
            throw new Error("there is no directory");
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
