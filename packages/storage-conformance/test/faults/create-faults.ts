import { abortable, assertKey, type Storage, StorageError } from "@nixery/storage";
import { type Fault, firstPart, lookThenWrite, once, replacing } from "./fault.ts";

export const createFaults: readonly Fault[] = [
  {
    name: "creates an object although there is one",
    into: (sound) => replacing(sound, { create: async (...args) => sound.write(...args) }),
    foundBy: "create keeps the object that is there",
  },
  {
    name: "rejects a create where there is an object",
    into: (sound) =>
      replacing(sound, {
        async create(key, source, options) {
          const info = await sound.create?.(key, source, options);
          if (info === undefined) {
            const message = `${key} exists. Remove it first.`;
            throw new StorageError("ERR_STORAGE_DENIED", { backend: sound.name, key, message });
          }
          return info;
        },
      }),
    foundBy: "create keeps the object that is there",
  },
  {
    name: "creates nothing",
    into: (sound) =>
      replacing(sound, {
        async create(key, _, options) {
          await sound.stat(key, options);
          return undefined;
        },
      }),
    foundBy: "create stores an object where there is none",
  },
  {
    name: "loses the content type in a create",
    into: (sound) =>
      replacing(sound, {
        create: async (key, source, options) =>
          sound.create?.(key, source, { ...options, contentType: "application/octet-stream" }),
      }),
    foundBy: "create stores an object where there is none",
  },
  {
    name: "never creates a key again",
    into(sound) {
      const created = new Set<string>();
      return replacing(sound, {
        async create(key, source, options) {
          const info = await sound.create?.(key, source, options);
          if (created.has(key) && info !== undefined) {
            await sound.remove(key);
            return undefined;
          }
          created.add(key);
          return info;
        },
      });
    },
    foundBy: "create stores an object again after a removal or a move",
    alone: true,
  },
  {
    name: "cuts a large object in a create",
    into: (sound) =>
      replacing(sound, {
        create: async (key, source, options) =>
          sound.create?.(key, firstPart(abortable(source, options)), options),
      }),
    foundBy: "create stores a large object, and keeps it",
    alone: true,
  },
  {
    name: "looks for an object before the source of a create, and not after it",
    into: (sound) => creatingInTwoSteps(sound, { isLate: false }),
    foundBy: "create keeps an object that is written meanwhile",
  },
  {
    name: "looks for an object and creates it in two steps",
    into: (sound) => creatingInTwoSteps(sound, { isLate: true }),
    foundBy: "create succeeds once at the same time",
    alone: true,
  },
  {
    name: "creates an empty object first",
    into: (sound) =>
      replacing(sound, {
        async create(key, source, options) {
          const created = await sound.create?.(key, once(new Uint8Array()), options);
          return created && sound.write(key, source, options);
        },
      }),
    foundBy: "create shows nothing before it resolves",
  },
  {
    name: "keeps the lock of a create that failed",
    into(sound) {
      const locked = new Set<string>();
      return replacing(sound, {
        async create(key, source, options) {
          options.signal?.throwIfAborted();
          assertKey(key, sound.name);
          if (locked.has(key)) {
            return undefined;
          }
          locked.add(key);
          const info = await sound.create?.(key, source, options);
          locked.delete(key);
          return info;
        },
      });
    },
    foundBy: "create leaves nothing when its source fails or it is aborted",
    alone: true,
  },
];

function creatingInTwoSteps(sound: Storage, { isLate }: { readonly isLate: boolean }): Storage {
  return replacing(sound, {
    create: async (key, source, options) =>
      lookThenWrite(sound, key, source, options, (info) => info === undefined, isLate),
  });
}
