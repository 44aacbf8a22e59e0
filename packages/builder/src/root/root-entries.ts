import { bytesOf, type ByteString, type StoreReader, type TarEntry } from "@nixery/packing";
import { createBaseTree } from "./base-tree.ts";
import { linkForest } from "./link-forest.ts";
import { createResolveDirectory, type ResolveDirectory } from "./resolve-directory.ts";

export interface RootEntriesInput {
  /** Store paths of the requested packages, the first with precedence. */
  readonly roots: readonly string[];
  /** All store paths of the image. */
  readonly closure: readonly string[];
}

export interface RootEntriesOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Everything in an image outside of the store. */
export async function* rootEntries(
  reader: StoreReader,
  input: RootEntriesInput,
  { signal }: RootEntriesOptions = {},
): AsyncGenerator<TarEntry, void, undefined> {
  const roots = input.roots.map(bytesOf);
  const closure = new Set(input.closure.map(bytesOf));
  const resolve = createResolveDirectory(reader, closure, signal);
  const list = async (directory: ByteString): ReturnType<StoreReader["list"]> =>
    await reader.list(directory, { signal });
  const find = async (programs: readonly string[]): Promise<ByteString | undefined> =>
    await findProgram(programs, roots, { resolve, list });
  const base = createBaseTree({ env: await find(["env"]), sh: await find(["bash", "dash"]) });
  yield* linkForest(roots, { list, resolve, base });
}

interface FindProgramTools {
  readonly resolve: ResolveDirectory;
  list(this: void, directory: ByteString): ReturnType<StoreReader["list"]>;
}

/** The first of the programs that a requested package has in `bin`, the first package first. */
async function findProgram(
  programs: readonly string[],
  roots: readonly ByteString[],
  { resolve, list }: FindProgramTools,
): Promise<ByteString | undefined> {
  for (const program of programs) {
    for (const root of roots) {
      const directory = await resolve(`${root}/bin`);
      if (directory === undefined) {
        continue;
      }
      const entries = await list(directory);
      if (entries.some(({ name }) => name === program)) {
        return `${root}/bin/${program}`;
      }
    }
  }
  return undefined;
}
