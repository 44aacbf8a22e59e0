import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  findCircle,
  type Import,
  importsOf,
  isBuiltin,
  isRelative,
  packageOf,
  readSources,
  relativeImports,
} from "./support/imports.ts";
import { inRepository } from "./support/repository.ts";

/** The floors from the bottom up. A package imports only packages of lower floors. */
const floors: readonly (readonly string[])[] = [
  ["kit", "store-path"],
  ["image-name", "layers", "manifest", "package-source", "storage"],
  [
    ...["binary-cache", "content", "image-source", "packing"],
    ...["storage-conformance", "storage-fs", "storage-gcs", "storage-s3"],
  ],
  ["builder", "nix", "popcount", "registry-handler"],
  ["nixery"],
  ["cli"],
];

/**
 * The packages that each package may import, at run time or as types only. ARCHITECTURE.md draws the
 * same floors and arrows, except the arrows to `undrawn`.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  "store-path": [],
  "image-name": ["kit"],
  layers: ["kit", "store-path"],
  manifest: ["kit"],
  "package-source": ["kit", "store-path"],
  storage: ["kit"],
  "binary-cache": ["kit", "store-path"],
  content: ["kit", "manifest", "storage"],
  "image-source": ["manifest (types)"],
  packing: ["kit", "manifest"],
  "storage-conformance": ["kit", "storage"],
  "storage-fs": ["kit", "storage"],
  "storage-gcs": ["kit", "storage"],
  "storage-s3": ["kit", "storage"],
  builder: [
    ...["content", "image-name", "image-source (types)", "kit", "layers", "manifest"],
    ...["packing", "package-source", "storage (types)", "store-path"],
  ],
  nix: ["image-name", "kit", "package-source", "store-path"],
  popcount: ["binary-cache", "kit", "layers", "store-path"],
  "registry-handler": [
    ...["content", "image-name", "image-source (types)", "kit", "manifest", "storage"],
  ],
  nixery: [
    ...["builder", "registry-handler", "image-name (types)", "image-source (types)"],
    ...["layers (types)", "manifest (types)", "package-source (types)", "packing (types)"],
    "storage (types)",
  ],
  cli: [
    ...["binary-cache", "image-name", "kit", "nix", "nixery", "popcount", "storage"],
    ...["storage-fs", "storage-gcs", "storage-s3", "package-source", "store-path"],
  ],
};

/** Arrows to these would hide the others. */
const undrawn = new Set(["kit"]);

/** Packages without I/O, and the Node modules that they may use all the same. */
const pure: Readonly<Record<string, readonly string[]>> = {
  "image-name": [],
  layers: ["node:crypto"],
  manifest: ["node:crypto"],
  "package-source": [],
  "store-path": [],
  "image-source": [],
};

/** Files of the kit that use Node or other packages, directly or not; pure packages use none. */
const impureKit: readonly string[] = ["create-emit", "for-each-bounded", "pause"];

/** nix passes a part of the environment to its programs, so that no secret reaches a package set. */
const environmentReaders = new Set(["cli", "nix"]);

const packagesDirectory = inRepository("packages");
const names = (await readdir(packagesDirectory)).toSorted();

async function importsOfPackage(name: string): Promise<readonly Import[]> {
  return importsOf(await readSources(join(packagesDirectory, name, "src")));
}

it("knows every package", () => {
  expect(names).toEqual(Object.keys(arrows).toSorted());
  expect(names).toEqual(floors.flat().toSorted());
});

it("allows imports of lower floors only", () => {
  const upward = Object.entries(arrows).flatMap(([source, targets]) =>
    targets
      .map((target) => target.replace(" (types)", ""))
      .filter((target) => floorOf(target) >= floorOf(source))
      .map((target) => `${source} -> ${target}`),
  );
  expect(upward).toEqual([]);
});

describe("the drawing in ARCHITECTURE.md", async () => {
  const document = await readFile(inRepository("ARCHITECTURE.md"), "utf8");
  const drawing = /```mermaid\n(.*?)```/s.exec(document)?.[1] ?? "";

  it("has the floors", () => {
    const drawn = Array.from(
      drawing.matchAll(/^ +subgraph .*\n([^]*?)^ +end$/gm),
      ([, floor = ""]) => floor.split("\n").flatMap((line) => line.trim() || []),
    );
    expect(drawn.map((floor) => floor.toSorted())).toEqual(floors.map((floor) => floor.toSorted()));
  });

  it("has the arrows", () => {
    const drawn = Array.from(
      drawing.matchAll(/^ +(.+?) (-->|-\. types \.->) (.+)$/gm),
      ([, from = "", arrow, to = ""]) =>
        product(from.split(" & "), to.split(" & ")).map(
          ([source, target]) => `${source} -> ${target}${arrow === "-->" ? "" : " (types)"}`,
        ),
    ).flat();
    const expected = Object.entries(arrows).flatMap(([source, targets]) =>
      targets.filter((target) => !undrawn.has(target)).map((target) => `${source} -> ${target}`),
    );
    expect(drawn.toSorted()).toEqual(expected.toSorted());
  });
});

describe.each(["The life of a pull", "The life of a layer"])("%s", async (heading) => {
  const document = await readFile(inRepository("ARCHITECTURE.md"), "utf8");
  const section = document.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  const rows = Array.from(
    section.matchAll(/^\| \d+\. .*\| ([^|]+?) +\|$/gm),
    ([, cell = ""]) => cell,
  );

  it("names one file per step, and none twice", async () => {
    expect(rows.length).toBeGreaterThan(10);
    const paths: string[] = [];
    let packageName = "";
    for (const row of rows) {
      const [, owner = packageName, file = row] =
        /^(?:([a-z0-9-]+) )?`([^` ]+\.ts)`$/.exec(row) ?? [];
      packageName = owner;
      paths.push(`packages/${packageName}/src/${file}`);
    }
    const missing = paths.filter((path) => !existsSync(inRepository(path)));
    expect(missing).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
  });
});

describe.each(names)("%s", (name) => {
  const allowed = arrows[name] ?? [];

  it("imports only along the arrows", async () => {
    const forbidden = (await importsOfPackage(name)).filter(({ specifier, isTypeOnly }) => {
      const target = /^@nixery\/([^/]+)/.exec(specifier)?.[1];
      return (
        target !== undefined &&
        !allowed.includes(target) &&
        !(isTypeOnly && allowed.includes(`${target} (types)`))
      );
    });
    expect(forbidden).toEqual([]);
  });

  it("has no file that imports itself in a circle", async () => {
    expect(findCircle(relativeImports(await importsOfPackage(name)))).toBeUndefined();
  });

  it("declares exactly the packages that it imports", async () => {
    const file = join(packagesDirectory, name, "package.json");
    const { dependencies = {} }: { readonly dependencies?: Readonly<Record<string, string>> } =
      JSON.parse(await readFile(file, "utf8"));
    const imported = (await importsOfPackage(name))
      .map(({ specifier }) => packageOf(specifier))
      .filter((specifier) => !isRelative(specifier) && !isBuiltin(specifier));
    expect(Object.keys(dependencies).toSorted()).toEqual([...new Set(imported)].toSorted());
  });
});

it.each(Object.entries(pure))("%s does no I/O", async (name, allowed) => {
  const impure = (await importsOfPackage(name)).filter(
    ({ specifier }) =>
      (isBuiltin(specifier) && !allowed.includes(specifier)) ||
      impureKit.some((file) => specifier === `@nixery/kit/${file}`),
  );
  expect(impure).toEqual([]);
});

it("marks the files of the kit that use Node or other packages", async () => {
  const imports = await importsOfPackage("kit");
  const impure = new Set(
    imports.filter(({ specifier }) => !isRelative(specifier)).map(({ file }) => file),
  );
  const importers = [...relativeImports(imports)];
  for (const file of impure) {
    for (const [importer] of importers.filter(([, targets]) => targets.has(file))) {
      impure.add(importer);
    }
  }
  expect([...impure].toSorted()).toEqual(impureKit.map((file) => `${file}.ts`));
});

it.each(names.filter((name) => !environmentReaders.has(name)))(
  "%s does not read the environment",
  async (name) => {
    const sources = await readSources(join(packagesDirectory, name, "src"));
    const readers = sources.filter(({ text }) => /process\.env/.test(text));
    expect(readers.map(({ file }) => file)).toEqual([]);
  },
);

function floorOf(name: string): number {
  return floors.findIndex((floor) => floor.includes(name));
}

function product(
  left: readonly string[],
  right: readonly string[],
): readonly (readonly [string, string])[] {
  return left.flatMap((a) => right.map((b) => [a, b] as const));
}
