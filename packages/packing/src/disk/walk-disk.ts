import type { ByteString } from "../byte-string.ts";
import type { ListedEntry, StoreEntryKind } from "../store-reader.ts";
import { storeChanged } from "./disk-errors.ts";
import type { DiskFiles } from "./disk-files.ts";

/** A path that exists. */
export interface FoundPath {
  readonly path: ByteString;
  readonly kind: StoreEntryKind;
}

/** A directory whose entries are not all walked yet. */
interface OpenDirectory {
  readonly path: ByteString;
  /** The next one is last. */
  readonly left: ListedEntry[];
}

/** Depth first, parents before children, with a stack of its own: trees may be deep. */
export async function* walkDisk(
  files: DiskFiles,
  storePaths: readonly ByteString[],
  signal: AbortSignal | undefined,
): AsyncGenerator<FoundPath, void, undefined> {
  for (const path of storePaths) {
    signal?.throwIfAborted();
    const kind = await files.kindOf(path);
    if (kind === undefined) {
      throw storeChanged(path);
    }
    yield { path, kind };
    const stack = kind === "directory" ? [await openDirectory(files, path, signal)] : [];
    for (let directory = stack.at(-1); directory !== undefined; directory = stack.at(-1)) {
      signal?.throwIfAborted();
      const next = directory.left.pop();
      if (next === undefined) {
        stack.pop();
        continue;
      }
      const found = { path: `${directory.path}/${next.name}`, kind: next.kind };
      yield found;
      if (found.kind === "directory") {
        stack.push(await openDirectory(files, found.path, signal));
      }
    }
  }
}

async function openDirectory(
  files: DiskFiles,
  path: ByteString,
  signal: AbortSignal | undefined,
): Promise<OpenDirectory> {
  signal?.throwIfAborted();
  return { path, left: (await files.list(path)).toReversed() };
}
