import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Closure, type PackageSource, PackageSourceError } from "@nixery/package-source";
import { type ClosurePath, isStorePath } from "@nixery/store-path";

/** What the file holds: package names, and the store paths that they need. */
export interface PackageFile {
  /** Attribute name -> store paths of its outputs. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Every store path with its size and references, as `nix path-info --json --recursive` has them. */
  readonly paths: readonly ClosurePath[];
}

export interface JsonSourceOptions {
  readonly file: string;
}

/** Serves store paths that are on this machine already, by the names in a JSON file. */
export function createJsonSource({ file }: JsonSourceOptions): PackageSource {
  return {
    name: `json:${file}`,

    // The file's content pins the package set: other content gives other images.
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
  try {
    const content: PackageFile = JSON.parse(text);
    const roots = Object.values(content.packages).flat();
    if ([...roots, ...content.paths.map(({ path }) => path)].every(isStorePath)) {
      return content;
    }
  } catch (cause) {
    throw unavailable(
      "The package file of this server is not valid JSON. Pull again later.",
      cause,
    );
  }
  throw unavailable("The package file of this server names an invalid store path. Fix it.");
}

/** The store paths of the packages and all that they refer to. */
function closureOf({ packages, paths }: PackageFile, names: readonly string[]): Closure {
  const missing = names.filter((name) => !Object.hasOwn(packages, name));
  if (missing.length > 0) {
    throw new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_FOUND", {
      message: `There is no package ${missing.join(", ")} here. Ask for one of ${Object.keys(packages).join(", ")}.`,
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
      throw unavailable(`The package file of this server lacks ${path}. Add it.`);
    }
    if (!needed.has(path)) {
      needed.set(path, found);
      open.push(...found.references);
    }
  }
  return { roots, paths: [...needed.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

function unavailable(message: string, cause?: unknown): PackageSourceError {
  return new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", { message, cause });
}
