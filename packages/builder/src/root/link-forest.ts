import { compareText } from "@nixery/kit/compare-text";
import { bytesOf, type ByteString, type ListedEntry, type TarEntry } from "@nixery/packing";
import type { BaseDirectory, BaseNode } from "./base-tree.ts";
import type { ResolveDirectory } from "./resolve-directory.ts";

/** At the top of a package these are for Nix, not for images. */
const notLinked = new Set(["nix", "nix-support"]);

export interface LinkForestOptions {
  /** The entries of a directory. */
  list(this: void, directory: ByteString): Promise<readonly ListedEntry[]>;
  readonly resolve: ResolveDirectory;
  readonly base: BaseDirectory;
}

/** A directory of the image that is merged from several. */
interface Merge {
  readonly name: ByteString;
  /** The first has precedence. */
  readonly directories: readonly ByteString[];
  /** The directories merged on the way here; a link back to one of them is not followed. */
  readonly above: ReadonlySet<ByteString>;
  readonly base: BaseDirectory | undefined;
}

/** An entry of one package for a place in the image. */
interface Candidate {
  readonly path: ByteString;
  readonly kind: ListedEntry["kind"];
}

/**
 * The root of an image: real directories, and links to the files of the packages, as nixpkgs'
 * `buildEnv` makes them but within this process. Where two packages bring the same path, the one that
 * comes first in `roots` wins; where both bring a directory, also by a link to one, the two are
 * merged. Directories of `base` are always there, its files where no package has one.
 */
export async function* linkForest(
  roots: readonly ByteString[],
  options: LinkForestOptions,
): AsyncGenerator<TarEntry, void, undefined> {
  const directories = await resolveAll(roots, options.resolve);
  const top = { name: "", directories, above: new Set(directories), base: options.base };
  const open: { entries: (TarEntry | Merge)[] }[] = [
    { entries: (await merge(top, options)).toReversed() },
  ];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const next = level.entries.pop();
    if (next === undefined) {
      open.pop();
    } else if ("type" in next) {
      yield next;
    } else {
      yield { type: "directory", name: next.name, mode: next.base?.mode ?? 0o755 };
      open.push({ entries: (await merge(next, options)).toReversed() });
    }
  }
}

/** The entries of one directory, in byte order. */
async function merge(
  into: Merge,
  { list, resolve }: LinkForestOptions,
): Promise<(TarEntry | Merge)[]> {
  const candidates = new Map<ByteString, Candidate[]>();
  for (const directory of into.directories) {
    for (const { name, kind } of await list(directory)) {
      if (into.name === "" && notLinked.has(name)) {
        continue;
      }
      const candidate = { path: `${directory}/${name}`, kind };
      const others = candidates.get(name);
      if (others === undefined) {
        candidates.set(name, [candidate]);
      } else {
        others.push(candidate);
      }
    }
  }
  const names = new Set([...candidates.keys(), ...(into.base?.children.keys() ?? [])]);
  const placed: (TarEntry | Merge)[] = [];
  for (const name of [...names].toSorted(compareText)) {
    const place = into.name === "" ? name : `${into.name}/${name}`;
    const base = into.base?.children.get(name);
    placed.push(await settle(place, candidates.get(name) ?? [], base, into.above, resolve));
  }
  return placed;
}

/** Decides the entry of one place. */
async function settle(
  name: ByteString,
  candidates: readonly Candidate[],
  base: BaseNode | undefined,
  above: ReadonlySet<ByteString>,
  resolve: ResolveDirectory,
): Promise<TarEntry | Merge> {
  const first = candidates[0];
  if (base?.type !== "directory") {
    if (first === undefined) {
      return baseEntry(name, base);
    }
    const alone = candidates.length === 1 && first.kind !== "directory";
    const leads = alone ? [] : await mergeable([first], above, resolve);
    if (leads.length === 0) {
      return { type: "symlink", name, target: first.path };
    }
  }
  const directories = await mergeable(candidates, above, resolve);
  // Several links to one directory, or a link beside files that lost, stay a link.
  const asLink = base?.type !== "directory" && first?.kind === "symlink";
  if (asLink && directories.length === 1) {
    return { type: "symlink", name, target: first.path };
  }
  return {
    name,
    directories,
    above: new Set([...above, ...directories]),
    base: base?.type === "directory" ? base : undefined,
  };
}

/** The directories among the candidates, each once. */
async function mergeable(
  candidates: readonly Candidate[],
  above: ReadonlySet<ByteString>,
  resolve: ResolveDirectory,
): Promise<readonly ByteString[]> {
  const directories = new Set<ByteString>();
  for (const { path, kind } of candidates) {
    if (kind === "directory") {
      directories.add(path);
    } else if (kind === "symlink") {
      const directory = await resolve(path);
      if (directory !== undefined && !above.has(directory)) {
        directories.add(directory);
      }
    }
  }
  return [...directories];
}

async function resolveAll(
  paths: readonly ByteString[],
  resolve: ResolveDirectory,
): Promise<readonly ByteString[]> {
  const directories = new Set<ByteString>();
  for (const path of paths) {
    // A package that is a single file has nothing to link.
    const directory = await resolve(path);
    if (directory !== undefined) {
      directories.add(directory);
    }
  }
  return [...directories];
}

function baseEntry(name: ByteString, base: BaseNode | undefined): TarEntry {
  if (base?.type === "symlink") {
    return { type: "symlink", name, target: bytesOf(base.target) };
  }
  const content = Buffer.from(base?.type === "file" ? base.text : "", "utf8");
  return { type: "file", name, mode: 0o644, size: content.length, content };
}
