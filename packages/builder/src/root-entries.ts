import { createBaseTree } from "./base-tree.ts";
import { bytesOf, type ByteString } from "./byte-string.ts";
import { linkForest } from "./link-forest.ts";
import { createResolveDirectory, type ResolveDirectory } from "./resolve-directory.ts";
import type { StoreFiles } from "./store-files.ts";
import type { TarEntry } from "./tar-entry.ts";

export interface RootEntriesInput {
  /** Store paths of the requested packages, the first with precedence. */
  readonly roots: readonly string[];
  /** All store paths of the image. */
  readonly closure: readonly string[];
}

/** Everything that an image holds outside of the store. */
export async function* rootEntries(
  files: StoreFiles,
  input: RootEntriesInput,
): AsyncGenerator<TarEntry> {
  const roots = input.roots.map(bytesOf);
  const resolve = createResolveDirectory(files, new Set(input.closure.map(bytesOf)));
  const find = (programs: readonly string[]): Promise<ByteString | undefined> =>
    findProgram(files, resolve, roots, programs);
  const base = createBaseTree({ env: await find(["env"]), sh: await find(["bash", "dash"]) });
  yield* linkForest(roots, { files, resolve, base });
}

/** The first of the programs that a requested package has in `bin`, the first package first. */
async function findProgram(
  files: StoreFiles,
  resolve: ResolveDirectory,
  roots: readonly ByteString[],
  programs: readonly string[],
): Promise<ByteString | undefined> {
  for (const program of programs) {
    for (const root of roots) {
      const directory = await resolve(`${root}/bin`);
      if (directory === undefined) {
        continue;
      }
      const entries = await files.list(directory);
      if (entries.some(({ name }) => name === program)) {
        return `${root}/bin/${program}`;
      }
    }
  }
  return undefined;
}
