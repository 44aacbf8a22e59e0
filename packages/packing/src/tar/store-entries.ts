import { compareText } from "@nixery/kit/compare-text";
import { bytesOf, type ByteString } from "../byte-string.ts";
import type { ReaderOptions, StoreEntry, StoreReader } from "../store-reader.ts";
import type { TarEntry } from "./tar-entry.ts";

/**
 * Everything in the store paths as entries of a layer, in byte order, with the modes that Nix gives,
 * and before them the directories that hold the store.
 */
export async function* storeEntries(
  reader: StoreReader,
  storePaths: readonly string[],
  options?: ReaderOptions,
): AsyncGenerator<TarEntry, void, undefined> {
  const sorted = storePaths.map(bytesOf).toSorted(compareText);
  for (const name of parents(sorted)) {
    yield { type: "directory", name, mode: 0o755 };
  }
  for await (const entry of reader.walk(sorted, options)) {
    yield tarEntryOf(entry);
  }
}

/** The directories above the paths, such as `nix` and `nix/store`. */
function parents(paths: readonly ByteString[]): readonly ByteString[] {
  const names = new Set<ByteString>();
  for (const path of paths) {
    for (let end = path.indexOf("/", 1); end !== -1; end = path.indexOf("/", end + 1)) {
      names.add(path.slice(1, end));
    }
  }
  return [...names].toSorted(compareText);
}

function tarEntryOf(entry: StoreEntry): TarEntry {
  const name = entry.path.slice(1);
  switch (entry.kind) {
    case "directory":
      return { type: "directory", name, mode: 0o555 };
    case "symlink":
      return { type: "symlink", name, target: entry.target };
    case "file": {
      const { isExecutable, size, content } = entry;
      return { type: "file", name, mode: isExecutable ? 0o555 : 0o444, size, content };
    }
  }
}
