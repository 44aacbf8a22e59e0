/** Values that were looked up, for a time and up to a number. */
export interface RecentValues<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
}

/** More names than anybody asks one server for within the minutes that they are kept. */
const limit = 1000;

/** @param milliseconds - how long a value is given out again; `Infinity` for what never changes */
export function createRecentValues<V>(milliseconds: number): RecentValues<V> {
  const entries = new Map<string, { readonly value: V; readonly until: number }>();
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined || performance.now() < entry.until) {
        return entry?.value;
      }
      entries.delete(key);
      return undefined;
    },
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, { value, until: performance.now() + milliseconds });
      if (entries.size > limit) {
        entries.delete(entries.keys().next().value!);
      }
    },
  };
}
