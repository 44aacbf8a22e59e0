import { abortable, assertKey, type Storage } from "@nixery/storage";
import { type Fault, firstPart, gather, lookThenWrite, once, replacing } from "./fault.ts";

export const replaceFaults: readonly Fault[] = [
  {
    name: "replaces any version",
    into: (sound) =>
      replacing(sound, {
        replace: async (key, _, source, options) => sound.write(key, source, options),
      }),
    foundBy: "replace keeps an object that has another version",
  },
  {
    name: "replaces nothing",
    into: (sound) =>
      replacing(sound, {
        async replace(key, _, __, options) {
          await sound.stat(key, options);
          return undefined;
        },
      }),
    foundBy: "replace stores an object in place of the version that it names",
  },
  {
    name: "keeps the content type of a replaced object",
    into: (sound) =>
      replacing(sound, {
        async replace(key, version, source, options) {
          const contentType = (await sound.stat(key, options))?.contentType ?? "";
          return sound.replace?.(key, version, source, { ...options, contentType });
        },
      }),
    foundBy: "replace stores an object in place of the version that it names",
  },
  {
    name: "creates an object when there is none to replace",
    into: (sound) =>
      replacing(sound, {
        replace: async (key, version, source, options) =>
          (await sound.stat(key, options)) === undefined
            ? sound.create?.(key, source, options)
            : sound.replace?.(key, version, source, options),
      }),
    foundBy: "replace stores nothing where there is no object",
    alone: true,
  },
  {
    name: "cuts a large object in a replace",
    into: (sound) =>
      replacing(sound, {
        replace: async (key, version, source, options) =>
          sound.replace?.(key, version, firstPart(abortable(source, options)), options),
      }),
    foundBy: "replace stores a large object",
    alone: true,
  },
  {
    name: "compares the version before the source of a replace, and not after it",
    into: (sound) => replacingInTwoSteps(sound, { isLate: false }),
    foundBy: "replace keeps an object that is written or removed meanwhile",
  },
  {
    name: "lets writes wait for the source of a replace",
    into(sound) {
      let busy = Promise.resolve();
      return replacing(sound, {
        async replace(key, version, source, options) {
          const done = Promise.withResolvers<void>();
          busy = done.promise;
          try {
            return await sound.replace?.(key, version, source, options);
          } finally {
            done.resolve();
          }
        },
        async write(key, source, options) {
          await busy;
          return sound.write(key, source, options);
        },
      });
    },
    foundBy: "replace keeps an object that is written or removed meanwhile",
    alone: true,
  },
  {
    name: "compares the version and replaces it in two steps",
    into: (sound) => replacingInTwoSteps(sound, { isLate: true }),
    foundBy: "replace succeeds once at the same time",
  },
  {
    name: "removes the old object when a replace fails",
    into: (sound) => harmingWhenReplaceFails(sound, async (key) => sound.remove(key)),
    foundBy: "replace leaves the old object when its source fails or it is aborted",
  },
  {
    name: "gives the old object a new version when a replace fails",
    into: (sound) =>
      harmingWhenReplaceFails(sound, async (key) => {
        const old = await sound.read(key);
        if (old !== undefined) {
          await sound.write(key, once(await gather(old.body)), old.info);
        }
      }),
    foundBy: "replace leaves the old object when its source fails or it is aborted",
    alone: true,
  },
];

function replacingInTwoSteps(sound: Storage, { isLate }: { readonly isLate: boolean }): Storage {
  return replacing(sound, {
    replace: async (key, version, source, options) =>
      lookThenWrite(sound, key, source, options, (info) => info?.version === version, isLate),
  });
}

/** `sound` that calls `harm` with the key when a replace has begun and fails. */
function harmingWhenReplaceFails(sound: Storage, harm: (key: string) => Promise<void>): Storage {
  return replacing(sound, {
    async replace(key, version, source, options) {
      options.signal?.throwIfAborted();
      assertKey(key, sound.name);
      try {
        return await sound.replace?.(key, version, source, options);
      } catch (error) {
        await harm(key);
        throw error;
      }
    },
  });
}
