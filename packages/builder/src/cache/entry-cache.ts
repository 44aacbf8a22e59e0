import { type Content, entryKey, type EntryKind } from "@nixery/content";
import { LRUCache } from "lru-cache";

/** Small records of what was built, in memory and behind it in the storage. */
export interface EntryCache<Entry> {
  /** The entry in memory. */
  recall(id: string): Entry | undefined;
  /** The entry in the storage; an invalid one counts as none. */
  read(id: string, options: { readonly signal: AbortSignal }): Promise<Entry | undefined>;
  /** Keeps an entry in memory alone. */
  remember(id: string, entry: Entry): void;
  /** Keeps an entry in both. */
  write(id: string, entry: Entry, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Removes the entry from memory. */
  forget(id: string): void;
}

/** Reports a failure of a cache. The builder builds without the cache then. */
export type OnWarning = (message: string, error: unknown) => void;

export interface EntryCacheOptions<Entry> {
  readonly content: Content;
  readonly kind: EntryKind;
  /** Checks a value that was stored; `undefined` when it is not an entry. */
  parse(this: void, value: unknown): Entry | undefined;
  /** Entries in memory. */
  readonly max: number;
  /** Milliseconds until an entry in memory expires; 0 is never. */
  readonly maxAge: number;
  readonly onWarning: OnWarning;
}

export function createEntryCache<Entry extends object>(
  options: EntryCacheOptions<Entry>,
): EntryCache<Entry> {
  const { content, kind, parse, max, maxAge, onWarning } = options;
  const memory = new LRUCache<string, Entry>({ max, ttl: maxAge });
  return {
    recall: (id) => memory.get(id),
    remember(id, entry) {
      memory.set(id, entry);
    },
    forget(id) {
      memory.delete(id);
    },
    async read(id, { signal }) {
      const read = (): Promise<unknown> => content.readEntry(kind, id, { signal });
      return await readEntry(entryKey(kind, id), read, { parse, signal, onWarning });
    },
    async write(id, entry, { signal }) {
      memory.set(id, entry);
      try {
        await content.writeEntry(kind, id, entry, { signal });
      } catch (error) {
        signal.throwIfAborted();
        const key = entryKey(kind, id);
        onWarning(
          `The cache entry ${key} cannot be written. After a restart it is built again.`,
          error,
        );
      }
    },
  };
}

export interface ReadEntryOptions<Entry> {
  parse(this: void, value: unknown): Entry | undefined;
  readonly signal: AbortSignal;
  readonly onWarning: OnWarning;
}

/** The entry that `read` resolves to; `undefined`, with a warning, when it is unreadable. */
export async function readEntry<Entry>(
  key: string,
  read: () => Promise<unknown>,
  { parse, signal, onWarning }: ReadEntryOptions<Entry>,
): Promise<Entry | undefined> {
  try {
    const value = await read();
    if (value === undefined) {
      return undefined;
    }
    const entry = parse(value);
    if (entry === undefined) {
      onWarning(`The cache entry ${key} is invalid. It is built again.`, undefined);
    }
    return entry;
  } catch (error) {
    signal.throwIfAborted();
    onWarning(`The cache entry ${key} cannot be read. It is built again.`, error);
    return undefined;
  }
}
