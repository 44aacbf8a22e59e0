import { changingLists, changingReads } from "./changing-results.ts";
import { type Fault, describing, replacing, unconditional } from "./fault.ts";

const sameEverywhere = "versions are the same in the result of the write, stat, read and list";
const changing = "versions change with each write of other bytes";

export const versionFaults: readonly Fault[] = [
  {
    name: "has no versions, although it can replace them",
    into: (sound) => describing(sound, (info) => ({ ...info, version: undefined })),
    foundBy: "versions are there when replace or removeVersion is, and are texts",
  },
  {
    name: "has numbers as versions",
    into: (sound) =>
      describing(sound, (info) => ({
        ...info,
        version: Number(info.version) as unknown as string,
      })),
    foundBy: "versions are there when replace or removeVersion is, and are texts",
  },
  {
    name: "returns no version from a write",
    into: (sound) =>
      replacing(sound, {
        write: async (...args) => ({ ...(await sound.write(...args)), version: undefined }),
      }),
    foundBy: sameEverywhere,
  },
  {
    name: "lists no versions",
    into: (sound) => changingLists(sound, (info) => ({ ...info, version: undefined })),
    foundBy: sameEverywhere,
  },
  {
    name: "reads an object with another version than it shows",
    into: (sound) =>
      changingReads(sound, (result) => ({ ...result, info: { ...result.info, version: "0" } })),
    foundBy: sameEverywhere,
  },
  {
    name: "derives versions from the day",
    methods: [],
    into: (sound) =>
      unconditional(describing(sound, (info) => ({ ...info, version: new Date().toDateString() }))),
    foundBy: changing,
  },
  {
    name: "counts versions from the beginning after a removal",
    methods: [],
    into(sound) {
      const firsts = new Map<string, number>();
      const described = describing(sound, (info) => {
        const version = Number(info.version);
        const first = firsts.get(info.key) ?? version;
        firsts.set(info.key, first);
        return { ...info, version: String(version - first) };
      });
      return replacing(unconditional(described), {
        async remove(key, options) {
          await sound.remove(key, options);
          firsts.delete(key);
        },
      });
    },
    foundBy: changing,
    alone: true,
  },
  {
    name: "keeps the version of an object that a move replaces",
    into(sound) {
      const kept = new Map<string, string | undefined>();
      const described = describing(sound, (info) => ({
        ...info,
        version: kept.get(info.key) ?? info.version,
      }));
      return replacing(described, {
        async move(from, to, options) {
          const old = await sound.stat(to);
          await sound.move(from, to, options);
          kept.set(to, old?.version);
        },
      });
    },
    foundBy: "versions change when another object is moved there",
    alone: true,
  },
  {
    name: "has one version for all objects",
    methods: [],
    into(sound) {
      let last = "0";
      const described = describing(sound, (info) => ({
        ...info,
        version: last,
      }));
      return replacing(unconditional(described), {
        async write(key, source, options) {
          const info = await sound.write(key, source, options);
          last = info.version ?? "0";
          return info;
        },
        async move(from, to, options) {
          await sound.move(from, to, options);
          last = `${last}-moved`;
        },
      });
    },
    foundBy: "versions stay while the object stays",
    alone: true,
  },
  {
    name: "gives objects new versions when the process ends",
    capabilities: ["reopen"],
    into: (sound) => sound,
    reopened: (sound) =>
      describing(sound, (info) => ({ ...info, version: `${info.version}-reopened` })),
    foundBy: "versions outlive the process",
    alone: true,
  },
];
