import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Closure, type PackageSource, PackageSourceError } from "@nixery/package-source";
import { type ClosurePath, isStorePath } from "@nixery/store-path";

/** The content of the file. */
export interface PackageFile {
  /** Package name -> store paths of its outputs. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** All store paths with their sizes and references, as in `nix path-info --json --recursive`. */
  readonly paths: readonly ClosurePath[];
}

export interface JsonSourceOptions {
  readonly file: string;
}

/** Serves store paths of this machine under the names in a JSON file. */
export function createJsonSource({ file }: JsonSourceOptions): PackageSource {
  return {
    name: `json:${file}`,

    // The content of the file identifies the package set.
    async resolve(tag) {
      if (tag !== "latest") {
        return undefined;
      }
      const { revision } = await read(file);
      return { cacheKey: `json:${revision}`, revision };
    },

    async prepare({ revision }, names) {
      const { content, ...current } = await read(file);
      if (current.revision !== revision) {
        throw unavailable("The package file changed during the pull. Pull again.");
      }
      return closureOf(content, names);
    },
  };
}

async function read(file: string): Promise<{ content: PackageFile; revision: string }> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw unavailable("The package file of this server cannot be read. Pull again later.", cause);
  });
  const revision = createHash("sha256").update(text).digest("hex");
  return { content: parse(text), revision };
}

function parse(text: string): PackageFile {
  let content: Partial<PackageFile> | null;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw unavailable("The package file of this server is not valid JSON. Fix it.", cause);
  }
  const { packages, paths } = content ?? {};
  if (packages === undefined || paths === undefined) {
    throw unavailable('The package file of this server lacks "packages" or "paths". Add them.');
  }
  const all = [...Object.values(packages).flat(), ...paths.map(({ path }) => path)];
  const invalid = all.find((path) => !isStorePath(path));
  if (invalid !== undefined) {
    throw unavailable(`The package file of this server has an invalid path "${invalid}". Fix it.`);
  }
  return { packages, paths };
}

/** The store paths of the packages, and all that they refer to. */
function closureOf({ packages, paths }: PackageFile, names: readonly string[]): Closure {
  const missing = names.filter((name) => !Object.hasOwn(packages, name));
  if (missing.length > 0) {
    throw new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_FOUND", {
      message: `This server has no package ${list(missing)}. Use ${list(Object.keys(packages))}.`,
      packages: missing,
    });
  }
  const known = new Map(paths.map((path) => [path.path, path]));
  const roots = names.flatMap((name) => packages[name] ?? []);
  const needed = new Map<string, ClosurePath>();
  const open = [...roots];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const found = known.get(path);
    if (found === undefined) {
      throw unavailable(`The package file of this server lacks the path "${path}". Add it.`);
    }
    if (!needed.has(path)) {
      needed.set(path, found);
      open.push(...found.references);
    }
  }
  return { roots, paths: [...needed.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

function unavailable(message: string, cause?: unknown): PackageSourceError {
  return new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", { message, cause });
}
