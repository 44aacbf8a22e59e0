import type { OperationOptions, Storage } from "@nixery/storage";
import type { Capability } from "./conformance-case.ts";
import { chunksOf, collect } from "./bytes.ts";
import { infosOf, keyOf, open, put, sample } from "./objects.ts";

/** The object that exists before an operation. */
export const key: string = keyOf(1);
/** The key that an operation may write to or move to. */
export const target: string = keyOf(2);

/** One method of a backend, called on the object at `key`. */
export interface Operation {
  readonly name: string;
  readonly needs: readonly Capability[];
  /** @param version - of the object at `key` */
  run(this: void, storage: Storage, options: OperationOptions, version: string): Promise<unknown>;
}

const always: readonly Capability[] = [];

/** Every method but `redirect`. */
export const operations: readonly Operation[] = [
  {
    name: "write",
    needs: always,
    run: async (storage, options) =>
      storage.write(target, chunksOf(sample(2).bytes), { ...sample(2), ...options }),
  },
  {
    name: "read",
    needs: always,
    async run(storage, options) {
      const { info, body } = await open(storage, key, options);
      return collect(body, info.size);
    },
  },
  { name: "stat", needs: always, run: async (storage, options) => storage.stat(key, options) },
  {
    name: "move",
    needs: always,
    run: async (storage, options) => storage.move(key, target, options),
  },
  { name: "remove", needs: always, run: async (storage, options) => storage.remove(key, options) },
  { name: "list", needs: always, run: async (storage, options) => infosOf(storage, "", options) },
  {
    name: "create",
    needs: ["create"],
    run: async (storage, options) =>
      storage.create?.(target, chunksOf(sample(2).bytes), { ...sample(2), ...options }),
  },
  {
    name: "replace",
    needs: ["replace"],
    run: async (storage, options, version) =>
      storage.replace?.(key, version, chunksOf(sample(2).bytes), { ...sample(2), ...options }),
  },
  {
    name: "removeVersion",
    needs: ["remove-version"],
    run: async (storage, options, version) => storage.removeVersion?.(key, version, options),
  },
];

/** Puts the object of `key`; resolves to its version. */
export async function prepare(storage: Storage): Promise<string> {
  const { version = "" } = await put(storage, key, sample(1));
  return version;
}
