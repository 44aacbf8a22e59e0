// Makes another history to measure, from the Debian package index of this machine.
// Usage: node scripts/run.mjs bench/layering/src/make-history.ts SEED [IMAGES [WEEKS]] > history.json
import process from "node:process";
import { type PackageIndex, readPackageIndex } from "./package-index.ts";
import { createRandom } from "./random.ts";

/** In every image, and in two of three. */
const always = ["ca-certificates", "netbase"];
const shell = ["bash", "coreutils", "moreutils", "nano"];
/** Packages that images are made of; the first are used most. */
const catalogSize = 1000;
/** Core packages are rebuilt together every so many weeks. */
const coreWeeks = 3;

const [seed = 1, images = 300, weeks = 9] = process.argv.slice(2).map(Number);
const random = createRandom(seed);
const index = readPackageIndex();
const chosen = Array.from({ length: images }, drawImage(index));

const used = new Set(chosen.flat());
for (const path of used) {
  for (const target of index.references[path]!) {
    used.add(target);
  }
}
const paths = [...used].toSorted((a, b) => (index.names[a]! < index.names[b]! ? -1 : 1));
const numbers = new Map(paths.map((path, number) => [path, number]));
const hashes = drawWeeks(index.order.filter((path) => used.has(path)));
const history = {
  about: `made from a Debian package index, seed ${seed}`,
  names: paths.map((path) => index.names[path]!),
  narSize: paths.map((path) => index.sizes[path]!),
  references: paths.map((path) => index.references[path]!.map((target) => numbers.get(target)!)),
  popularity: paths.map((path) => index.popularity[path]!),
  hashes: hashes.map((week) => paths.map((path) => String(week.get(path)!))),
  images: chosen.map((roots) => roots.map((path) => numbers.get(path)!)),
};
process.stdout.write(`${JSON.stringify(history)}\n`);

/** Images of one package and, half as often each, of one more. */
function drawImage({ names }: PackageIndex): () => number[] {
  const find = (name: string): number =>
    names.findIndex(
      (each) => each.startsWith(`${name}-`) && /^\d/.test(each.slice(name.length + 1)),
    );
  const [alwaysRoots, shellRoots] = [always.map(find), shell.map(find)];
  const catalog = Array.from({ length: catalogSize }, () => Math.floor(random() * names.length));
  return () => {
    const roots = new Set(alwaysRoots);
    if (random() < 2 / 3) {
      for (const root of shellRoots) {
        roots.add(root);
      }
    }
    do {
      roots.add(catalog[Math.floor(catalogSize * random() ** 2.5)]!);
    } while (random() < 0.5);
    return [...roots];
  };
}

/** For every week the week in which each path was last new; a path is new when a reference is. */
function drawWeeks(order: readonly number[]): ReadonlyMap<number, number>[] {
  const drawn = [new Map(order.map((path) => [path, 0]))];
  for (let week = 1; week < weeks; week++) {
    const before = drawn.at(-1)!;
    const now = new Map<number, number>();
    for (const path of order) {
      const isNew =
        random() < ownChance(index.popularity[path]!, week) ||
        index.references[path]!.some((target) => now.get(target) === week);
      now.set(path, isNew ? week : before.get(path)!);
    }
    drawn.push(now);
  }
  return drawn;
}

/** Paths with many users change rarely, and then together. */
function ownChance(popularity: number, week: number): number {
  if (popularity >= 50 && week % coreWeeks === 0) {
    return 0.5;
  }
  if (popularity >= 100) {
    return 0;
  }
  if (popularity >= 50) {
    return 0.01;
  }
  return popularity >= 10 ? 0.02 : 0.04;
}
