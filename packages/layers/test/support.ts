import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { type ClosureNode, createPopularity, type Popularity } from "@nixery/layers";

/** A store path with that name. */
export function store(name: string, hash = "0"): string {
  return `/nix/store/${hash.padStart(32, "0")}-${name}`;
}

export function node(name: string, narSize: number, ...references: string[]): ClosureNode {
  return { path: store(name), narSize, references: references.map((target) => store(target)) };
}

/** The arguments of a grouping. */
export interface Task {
  readonly graph: readonly ClosureNode[];
  readonly roots: readonly string[];
  readonly popularity: Popularity;
  readonly budget: number;
}

/**
 * Random graphs with everything that a graph may have: cycles, self references, references to missing
 * paths, names that occur twice, sizes of 0 and of gigabytes, any roots.
 */
export const anyTask: fc.Arbitrary<Task> = fc
  .array(
    fc.record({
      name: fc.constantFrom("a-1", "b-2", "lib-3", "doc-4", "constructor", "nss-cacert-3.9", "x"),
      size: fc.oneof(fc.nat(1000), fc.nat(3_000_000), fc.constant(0), fc.nat(2 ** 40)),
      references: fc.array(fc.nat(60), { maxLength: 5 }),
    }),
    { maxLength: 60 },
  )
  .chain((nodes) => {
    const pathOf = (index: number): string =>
      store(nodes[index]?.name ?? "missing", index.toString(32));
    return fc.record({
      graph: fc.constant(
        nodes.map(({ size, references }, index) => ({
          path: pathOf(index),
          narSize: size,
          references: references.map(pathOf),
        })),
      ),
      roots: fc.array(fc.nat(60).map(pathOf), { maxLength: 4 }),
      popularity: fc
        .dictionary(fc.constantFrom("a-1", "b-2", "lib-3", "x"), fc.nat(2000))
        .map((counts) => createPopularity(Object.entries(counts))),
      budget: fc.integer({ min: 1, max: 70 }),
    });
  });

/** The same graph in another order. */
export function reordered({ graph, roots, ...task }: Task): Task {
  return {
    ...task,
    graph: graph
      .toReversed()
      .map((entry) => ({ ...entry, references: entry.references.toReversed() })),
    roots: roots.toReversed(),
  };
}

/** Images of a closure history made from the package index of a Linux distribution. */
export interface HistoryFixture {
  readonly names: readonly string[];
  readonly narSize: readonly number[];
  readonly references: readonly (readonly number[])[];
  readonly popularity: readonly number[];
  /** For every week the paths that are new in it; none for the first, in which all are. */
  readonly changed: readonly (readonly number[])[];
  /** Roots of every image. */
  readonly images: readonly (readonly number[])[];
}

export const history: HistoryFixture = JSON.parse(
  readFileSync(new URL("fixtures/history.json", import.meta.url), "utf8"),
);

/** The grouping of an image of the history. */
export function imageTask(image: readonly number[], budget: number): Task {
  const { names, narSize, references } = history;
  const closure = new Set(image);
  for (const path of closure) {
    for (const target of references[path]!) {
      closure.add(target);
    }
  }
  return {
    graph: Array.from(closure, (path) =>
      node(names[path]!, narSize[path]!, ...references[path]!.map((target) => names[target]!)),
    ),
    roots: image.map((path) => store(names[path]!)),
    popularity: historyPopularity,
    budget,
  };
}

const historyPopularity = createPopularity(
  history.names.map((name, path) => [name, history.popularity[path]!]),
);
