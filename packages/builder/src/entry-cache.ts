import type { Storage } from "@nixery/storage";
import { LRUCache } from "lru-cache";

/** No entry is as large; what is was not written here. */
const mostBytes = 1 << 20;

/** Small records of what was built, in memory and behind it in the storage. */
export interface EntryCache<Entry> {
  /** What memory holds, without asking the storage. */
  recall(id: string): Entry | undefined;
  /** What the storage holds; something that is no entry counts as none. */
  read(id: string, options: { readonly signal: AbortSignal }): Promise<Entry | undefined>;
  /** Keeps it in memory alone. */
  remember(id: string, entry: Entry): void;
  /** Keeps it in both. */
  write(id: string, entry: Entry, options: { readonly signal: AbortSignal }): Promise<void>;
  forget(id: string): void;
}

export interface EntryCacheOptions<Entry> {
  readonly storage: Storage;
  readonly keyOf: (id: string) => string;
  /** What `value`, from the storage, says; `undefined` when it is not an entry. */
  readonly parse: (value: unknown) => Entry | undefined;
  /** Entries in memory. */
  readonly max: number;
  /** Milliseconds for which memory is believed. */
  readonly maxAge: number;
  /** The cache is a convenience: when the storage fails it, the image is built without. */
  readonly onWarning: (message: string, error: unknown) => void;
}

export function createEntryCache<Entry extends object>(
  options: EntryCacheOptions<Entry>,
): EntryCache<Entry> {
  const { storage, keyOf, parse, max, maxAge, onWarning } = options;
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
      const key = keyOf(id);
      try {
        const text = await readText(storage, key, signal);
        if (text === undefined) {
          return undefined;
        }
        const entry = parse(JSON.parse(text));
        if (entry !== undefined) {
          return entry;
        }
        onWarning(`The cache entry ${key} is not one of this version; it is made anew.`, undefined);
      } catch (error) {
        signal.throwIfAborted();
        onWarning(`The cache entry ${key} cannot be read; it is made anew.`, error);
      }
      return undefined;
    },
    async write(id, entry, { signal }) {
      const key = keyOf(id);
      const bytes = Buffer.from(JSON.stringify(entry), "utf8");
      memory.set(id, entry);
      try {
        await storage.write(key, once(bytes), { contentType: "application/json", signal });
      } catch (error) {
        signal.throwIfAborted();
        onWarning(`The cache entry ${key} cannot be written; the next start builds again.`, error);
      }
    },
  };
}

async function readText(
  storage: Storage,
  key: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const result = await storage.read(key, { signal });
  if (result === undefined) {
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of result.body) {
    size += chunk.length;
    if (size > mostBytes) {
      throw new RangeError(`${key} is larger than ${mostBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Bytes as a stream. */
// oxlint-disable-next-line typescript/require-await -- storages read asynchronously
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
