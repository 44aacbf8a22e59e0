import { groupLayers, strategies } from "@nixery/layers";
import type { History, Image } from "./history.ts";

/** A way to cut an image into layers, as numbers of paths. */
export interface Contestant {
  readonly name: string;
  /** Whether it has a budget; else it is measured once. */
  readonly hasBudget: boolean;
  group(image: Image, history: History, budget: number): readonly (readonly number[])[];
}

/** The bounds, two simple rules, and every strategy of the library. */
export const contestants: readonly Contestant[] = [
  {
    name: "one path a layer (limit)",
    hasBudget: false,
    group: ({ paths }) => paths.map((path) => [path]),
  },
  { name: "one layer", hasBudget: false, group: ({ paths }) => [paths] },
  alone("popularity singletons + rest", (path, { names, popularity }) =>
    popularity.counts.get(names[path]!)!,
  ),
  alone("largest alone + rest", (path, { sizes }) => sizes[path]!),
  ...strategies.map((strategy): Contestant => ({
    name: strategy.name,
    hasBudget: true,
    group: ({ graph, roots, paths }, { popularity }, budget) => {
      const numbers = new Map(graph.map(({ path }, index) => [path, paths[index]!]));
      return groupLayers(graph, { strategy, roots, popularity, budget }).map((group) =>
        group.paths.map((path) => numbers.get(path)!),
      );
    },
  })),
];

/** The paths that score most get a layer each, all others share one. */
function alone(name: string, score: (path: number, history: History) => number): Contestant {
  return {
    name,
    hasBudget: true,
    group: ({ paths }, history, budget) => {
      if (paths.length <= budget) {
        return paths.map((path) => [path]);
      }
      const sorted = paths.toSorted((a, b) => score(b, history) - score(a, history) || a - b);
      return [...sorted.slice(0, budget - 1).map((path) => [path]), sorted.slice(budget - 1)];
    },
  };
}
