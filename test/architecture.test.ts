import { readFile, readdir } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inRepository } from "./support/repository.ts";

const packagesFolder = inRepository("packages");

/** What each package may import at run time or as types; ARCHITECTURE.md draws the same arrows. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "image-name": [],
  layers: ["kit", "store-path"],
  manifest: [],
  storage: [],
  "storage-conformance": ["storage"],
  "storage-fs": ["storage"],
  "storage-gcs": ["storage"],
  "storage-s3": ["storage"],
  nix: [],
  builder: ["image-name", "layers", "manifest", "storage", "nix (types)"],
  "registry-handler": ["manifest (types)", "storage"],
  nixery: ["builder", "registry-handler"],
  server: ["nix", "nixery", "popcount", "storage", "storage-fs", "storage-gcs", "storage-s3"],
  popcount: [],
};

/** Leaves without I/O, and the Node modules that they may use all the same. */
const pure: Readonly<Record<string, readonly string[]>> = {
  "image-name": [],
  layers: ["node:crypto"],
  manifest: ["node:crypto"],
};

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

interface PackageJson {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const names = (await readdir(packagesFolder)).toSorted();

it("knows every package", () => {
  expect(names).toEqual(Object.keys(arrows).toSorted());
});

it("is drawn in ARCHITECTURE.md as it is", async () => {
  const document = await readFile(inRepository("ARCHITECTURE.md"), "utf8");
  const drawing = /```mermaid\n(.*?)```/s.exec(document)?.[1] ?? "";
  const drawn = Array.from(
    drawing.matchAll(/^ +(.+?) (-->|-\. types \.->) (.+)$/gm),
    ([, from = "", arrow, to = ""]) =>
      product(from.split(" & "), to.split(" & ")).map(
        ([source, target]) => `${source} -> ${target}${arrow === "-->" ? "" : " (types)"}`,
      ),
  ).flat();
  const allowed = Object.entries(arrows).flatMap(([source, targets]) =>
    targets.map((target) => `${source} -> ${target}`),
  );
  expect(drawn.toSorted()).toEqual(allowed.toSorted());
});

describe.each(names)("%s", (name) => {
  const allowed = arrows[name] ?? [];

  it("imports only along the arrows", async () => {
    const forbidden = (await importsOf(name)).filter(({ specifier, typeOnly }) => {
      const target = /^@nixery\/([^/]+)/.exec(specifier)?.[1];
      return (
        target !== undefined &&
        !allowed.includes(target) &&
        !(typeOnly && allowed.includes(`${target} (types)`))
      );
    });
    expect(forbidden).toEqual([]);
  });

  it("declares just what it imports", async () => {
    const file = join(packagesFolder, name, "package.json");
    const { dependencies = {} }: PackageJson = JSON.parse(await readFile(file, "utf8"));
    const imported = (await importsOf(name))
      .map(({ specifier }) => packageOf(specifier))
      .filter((specifier) => !specifier.startsWith(".") && !isBuiltin(specifier));
    expect(Object.keys(dependencies).toSorted()).toEqual([...new Set(imported)].toSorted());
  });
});

it.each(Object.entries(pure))("%s does no I/O", async (name, allowed) => {
  const builtins = (await importsOf(name)).filter(({ specifier }) => isBuiltin(specifier));
  expect(builtins.filter(({ specifier }) => !allowed.includes(specifier))).toEqual([]);
});

/** nix hands its programs a part of the environment, so that no secret reaches a package set. */
const environmentReaders = new Set(["server", "nix"]);

it.each(names.filter((name) => !environmentReaders.has(name)))(
  "%s does not read the environment",
  async (name) => {
    const readers = (await sourcesOf(name)).filter(({ text }) => /process\.env/.test(text));
    expect(readers.map(({ file }) => file)).toEqual([]);
  },
);

function product(
  left: readonly string[],
  right: readonly string[],
): readonly (readonly [string, string])[] {
  return left.flatMap((a) => right.map((b) => [a, b] as const));
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

/** `@scope/name/path` and `name/path` without the path. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

async function sourcesOf(name: string): Promise<readonly { file: string; text: string }[]> {
  const folder = join(packagesFolder, name, "src");
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));
  return Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(folder, file), "utf8") })),
  );
}

async function importsOf(name: string): Promise<readonly Import[]> {
  const statement = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
  const call = /\bimport\("([^"]+)"\)/g;
  return (await sourcesOf(name)).flatMap(({ file, text }) => [
    ...Array.from(text.matchAll(statement), ([, type, specifier = ""]) => ({
      file,
      specifier,
      typeOnly: type !== undefined,
    })),
    ...Array.from(text.matchAll(call), ([, specifier = ""]) => ({
      file,
      specifier,
      typeOnly: false,
    })),
  ]);
}
