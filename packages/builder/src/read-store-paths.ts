import type { Dirent } from "node:fs";
import { byteOrder, bytesOf, type ByteString } from "./byte-string.ts";
import { readAhead } from "./read-ahead.ts";
import { readFile } from "./read-file.ts";
import { type StoreFiles, unsupportedFile } from "./store-files.ts";
import type { TarEntry } from "./tar-entry.ts";

/** Small files of one layer that are read at the same time. */
const ahead = 16;

interface Found {
  readonly path: ByteString;
  readonly kind: "directory" | "file" | "symlink";
}

/**
 * Everything in the store paths as entries, in byte order, names and modes as Nix keeps them, and
 * before them the directories that hold the store. Hard links become files of their own: whether
 * two files are linked depends on the machine.
 */
export async function* readStorePaths(
  files: StoreFiles,
  storePaths: readonly string[],
): AsyncGenerator<TarEntry> {
  const sorted = storePaths.map(bytesOf).toSorted(byteOrder);
  for (const name of parents(sorted)) {
    yield { type: "directory", name, mode: 0o755 };
  }
  yield* readAhead(walk(files, sorted), ahead, (found) => entryOf(files, found));
}

/** The directories above the paths, such as `nix` and `nix/store`. */
function parents(paths: readonly ByteString[]): readonly ByteString[] {
  const names = new Set<ByteString>();
  for (const path of paths) {
    for (let end = path.indexOf("/", 1); end !== -1; end = path.indexOf("/", end + 1)) {
      names.add(path.slice(1, end));
    }
  }
  return [...names].toSorted(byteOrder);
}

/** Depth first, parents before children, on a stack of its own: stores may be deep. */
async function* walk(files: StoreFiles, paths: readonly ByteString[]): AsyncGenerator<Found> {
  for (const top of paths) {
    const found = { path: top, kind: kindOf(await files.stat(top), top) };
    yield found;
    if (found.kind !== "directory") {
      continue;
    }
    const open = [await openDirectory(files, top)];
    for (let directory = open.at(-1); directory !== undefined; directory = open.at(-1)) {
      const next = directory.left.pop();
      if (next === undefined) {
        open.pop();
        continue;
      }
      const path = `${directory.path}/${next.name}`;
      const kind = kindOf(next, path);
      yield { path, kind };
      if (kind === "directory") {
        open.push(await openDirectory(files, path));
      }
    }
  }
}

async function openDirectory(
  files: StoreFiles,
  path: ByteString,
): Promise<{ readonly path: ByteString; readonly left: Dirent[] }> {
  return { path, left: (await files.list(path)).toReversed() };
}

function kindOf(
  entry: Pick<Dirent, "isDirectory" | "isFile" | "isSymbolicLink">,
  path: ByteString,
): Found["kind"] {
  if (entry.isFile()) {
    return "file";
  }
  if (entry.isDirectory()) {
    return "directory";
  }
  if (entry.isSymbolicLink()) {
    return "symlink";
  }
  throw unsupportedFile(path);
}

async function entryOf(files: StoreFiles, { path, kind }: Found): Promise<TarEntry> {
  const name = path.slice(1);
  switch (kind) {
    case "directory":
      return { type: "directory", name, mode: 0o555 };
    case "symlink":
      return { type: "symlink", name, target: await files.link(path) };
    case "file":
      return await readFile(files, path);
  }
}
