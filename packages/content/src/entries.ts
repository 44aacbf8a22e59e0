import { collect } from "@nixery/kit/collect";
import { streamOf } from "@nixery/kit/stream-of";
import type { OperationOptions, Storage } from "@nixery/storage";
import { entryKey, type EntryKind } from "./keys.ts";
import { entryKeyOf01 } from "./places-of-0-1.ts";

/** Small JSON values under an id: the results of builds. */
export interface Entries {
  /**
   * The value under `id`; `undefined` when there is none. Rejects with a `SyntaxError` when the entry
   * is not JSON, with a `RangeError` when it is too large, and with what the storage rejects with.
   */
  readEntry(kind: EntryKind, id: string, options?: OperationOptions): Promise<unknown>;
  /** The same for an entry of 0.1.0. */
  readEntryOf01(kind: EntryKind, id: string, options?: OperationOptions): Promise<unknown>;
  writeEntry(
    kind: EntryKind,
    id: string,
    value: unknown,
    options?: OperationOptions,
  ): Promise<void>;
}

/** In bytes; no entry that was written here is as large. */
const maxEntrySize = 1 << 20;

export function createEntries(storage: Storage): Entries {
  const read = async (key: string, options: OperationOptions | undefined): Promise<unknown> => {
    const result = await storage.read(key, options);
    if (result === undefined) {
      return undefined;
    }
    const text = new TextDecoder().decode(await collect(result.body, maxEntrySize));
    const value: unknown = JSON.parse(text);
    return value;
  };
  return {
    readEntry: async (kind, id, options) => await read(entryKey(kind, id), options),
    readEntryOf01: async (kind, id, options) => await read(entryKeyOf01(kind, id), options),
    async writeEntry(kind, id, value, { signal } = {}) {
      const bytes = new TextEncoder().encode(JSON.stringify(value));
      const contentType = "application/json";
      await storage.write(entryKey(kind, id), streamOf(bytes), { contentType, signal });
    },
  };
}
