import type { ObjectInfo, Storage } from "@nixery/storage";

/** A storage that keeps sizes alone, so that no disk is measured. */
export function createDiscardingStorage(): Storage & { written(): number } {
  const objects = new Map<string, ObjectInfo>();
  let total = 0;
  return {
    name: "discard",
    written: () => total,
    async write(key, source, { contentType }) {
      let size = 0;
      for await (const chunk of source) {
        size += chunk.length;
      }
      total += size;
      const written = { key, size, contentType };
      objects.set(key, { ...written, modified: new Date() });
      return written;
    },
    read: () => Promise.resolve(undefined),
    stat: (key) => Promise.resolve(objects.get(key)),
    async move(from, to) {
      const info = objects.get(from);
      if (info !== undefined) {
        objects.set(to, { ...info, key: to });
      }
      objects.delete(from);
      await Promise.resolve();
    },
    async remove(key) {
      objects.delete(key);
      await Promise.resolve();
    },
    async *list() {
      yield* await Promise.resolve(objects.values());
    },
  };
}
