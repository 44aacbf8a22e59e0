import { compareText } from "@nixery/kit/compare-text";
import { keyPattern } from "@nixery/storage";
import type { Attempt } from "./attempt.ts";
import { namesIn } from "./files.ts";
import type { Layout } from "./layout.ts";
import type { FsObjectInfo, ObjectReader } from "./object-reader.ts";

export interface ListObjectsParts {
  readonly layout: Layout;
  readonly reader: ObjectReader;
  readonly attempt: Attempt;
}

/** The objects whose keys start with `prefix`, in ascending order of whole keys. */
export async function* listObjects(
  { layout, reader, attempt }: ListObjectsParts,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<FsObjectInfo, void, undefined> {
  signal?.throwIfAborted();
  const names = await attempt({ operation: "list objects", signal }, async () =>
    namesIn(layout.directory),
  );
  // "a-b/" comes before "a/", although "a" comes before "a-b".
  const starts = names.map((name) => `${name}/`).toSorted(compareText);
  for (const start of starts) {
    if (keyPattern.test(`${start}a`) && (start.startsWith(prefix) || prefix.startsWith(start))) {
      const ids = await attempt({ operation: `list ${start}`, signal }, async () =>
        namesIn(layout.objects(start.slice(0, -1))),
      );
      const keys = ids.map((id) => `${start}${id}`).toSorted(compareText);
      for (const key of keys) {
        if (key.startsWith(prefix) && keyPattern.test(key)) {
          const call = { operation: `list ${key}`, key, signal };
          const info = await attempt(call, async () => reader.stat(key));
          signal?.throwIfAborted();
          if (info !== undefined) {
            yield info;
          }
        }
      }
    }
  }
}
