import { readFile, readdir } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join, normalize } from "node:path";

export interface SourceFile {
  /** Path below the directory that was read. */
  readonly file: string;
  readonly text: string;
}

export interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

/** Every TypeScript file below `directory`. */
export async function readSources(directory: string): Promise<readonly SourceFile[]> {
  const files = await readdir(directory, { recursive: true });
  return Promise.all(
    files
      .filter((file) => file.endsWith(".ts"))
      .map(async (file) => ({ file, text: await readFile(join(directory, file), "utf8") })),
  );
}

/** Every import, re-export, `import()` and reference to types of the files. */
export function importsOf(sources: readonly SourceFile[]): readonly Import[] {
  const statement = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
  const call = /\bimport\("([^"]+)"\)/g;
  const reference = /^\/\/\/ <reference types="([^"]+)"/gm;
  return sources.flatMap(({ file, text }) => [
    ...Array.from(text.matchAll(statement), ([, type, specifier = ""]) => ({
      file,
      specifier,
      isTypeOnly: type !== undefined,
    })),
    ...Array.from(text.matchAll(call), ([, specifier = ""]) => ({
      file,
      specifier,
      isTypeOnly: false,
    })),
    ...Array.from(text.matchAll(reference), ([, name = ""]) => ({
      file,
      specifier: `@types/${name}`,
      isTypeOnly: true,
    })),
  ]);
}

export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

export function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

/** `@scope/name/path` and `name/path` without the path. */
export function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** For every file the files that it imports by a relative path, types included. */
export function relativeImports(
  imports: readonly Import[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const targets = new Map<string, Set<string>>();
  for (const { file, specifier } of imports) {
    if (isRelative(specifier)) {
      const target = normalize(join(file, "..", specifier));
      targets.set(file, (targets.get(file) ?? new Set()).add(target));
    }
  }
  return targets;
}

/** A circle of files that import each other, or `undefined` when there is none. */
export function findCircle(
  targets: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] | undefined {
  const done = new Set<string>();
  const search = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) {
      return [...way.slice(way.indexOf(file)), file];
    }
    if (done.has(file)) {
      return undefined;
    }
    for (const target of targets.get(file) ?? []) {
      const circle = search(target, [...way, file]);
      if (circle !== undefined) {
        return circle;
      }
    }
    done.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const circle = search(file, []);
    if (circle !== undefined) {
      return circle;
    }
  }
  return undefined;
}
