import type { IndexedClosure } from "../graph/indexed-closure.ts";
import { closureSizes } from "../graph/closure-sizes.ts";
import { immediateDominators } from "../graph/dominators.ts";
import { layerGroup } from "../layer-group.ts";
import type { GroupingStrategy } from "../strategy.ts";

export interface NixeryStrategyOptions {
  /**
   * Sizes that the rating of a layer sums up: `closure`, as in Nixery, or `nar`, which counts each
   * path once.
   * @defaultValue `"closure"`
   */
  readonly sizes?: "nar" | "closure" | undefined;
}

/** Size of a closure, in bytes, above which its path is split off. */
const bigClosure = 100_000_000;
/** Direct users from which a path is split off. */
const popular = 100;
/** Rated above everything: every image includes them, though few paths refer to them. */
const inEveryImage = ["nss-cacert", "cacert", "ca-certificates", "iana-etc", "netbase"];
const inEveryImagePopularity = 500_000;

/**
 * Nixery's grouping. An artificial root refers to the roots of the image and to big or popular paths.
 * Each subtree of the dominator tree below it is a layer, rated by popularity times size. While there
 * are more layers than the budget, the two with the lowest ratings become one. As in Nixery, ratings
 * are sorted once: a merged layer stays lowest.
 *
 * Its name is `nixery`, with NAR sizes `nixery-nar`.
 */
export function createNixeryStrategy(options: NixeryStrategyOptions = {}): GroupingStrategy {
  const { sizes = "closure" } = options;
  return {
    name: sizes === "closure" ? "nixery" : "nixery-nar",
    group({ closure, budget }) {
      const subtrees = ratedSubtrees(closure, sizes);
      const surplus = Math.max(0, subtrees.length - budget);
      const layers = subtrees.slice(surplus);
      for (const { nodes, rating } of subtrees.slice(0, surplus)) {
        for (const node of nodes) {
          layers[0]!.nodes.push(node);
        }
        layers[0]!.rating += rating;
        layers[0]!.reason = "the lowest ratings together";
      }
      return layers
        .toReversed()
        .toSorted((a, b) => b.rating - a.rating)
        .map(({ nodes, reason }) => layerGroup(closure, nodes, reason));
    },
  };
}

/** {@link createNixeryStrategy} with the sizes that Nixery uses. */
export const nixeryStrategy: GroupingStrategy = createNixeryStrategy();

interface Subtree {
  readonly nodes: number[];
  rating: number;
  reason: string;
}

/** The subtrees below the artificial root, by ascending rating, then by the name of their top. */
function ratedSubtrees(closure: IndexedClosure, sizes: "nar" | "closure"): Subtree[] {
  const allClosureSizes = closureSizes(closure);
  const ratedSizes = sizes === "closure" ? allClosureSizes : closure.narSizes;
  const popularity = closure.popularity.map((count, node) =>
    inEveryImage.some((name) => closure.names[node]!.startsWith(name))
      ? inEveryImagePopularity
      : count,
  );
  const entries = new Set(closure.roots);
  for (const [node, size] of allClosureSizes.entries()) {
    if (size > bigClosure || popularity[node]! >= popular) {
      entries.add(node);
    }
  }

  const subtrees = new Map<number, Subtree>();
  for (const [node, top] of topsOf(immediateDominators(closure, entries)).entries()) {
    let subtree = subtrees.get(top);
    if (subtree === undefined) {
      subtree = {
        nodes: [],
        rating: 0,
        reason: `${closure.names[top]!} and the paths only it needs`,
      };
      subtrees.set(top, subtree);
    }
    subtree.nodes.push(node);
    subtree.rating += popularity[top]! * ratedSizes[node]!;
  }
  return [...subtrees]
    .toSorted(([topA, a], [topB, b]) => a.rating - b.rating || topA - topB)
    .map(([, subtree]) => subtree);
}

/** For every node the top of its tree. */
function topsOf(dominators: Int32Array): Int32Array {
  const tops = new Int32Array(dominators.length).fill(-1);
  const way: number[] = [];
  for (let start = 0; start < tops.length; start++) {
    let node = start;
    while (tops[node] === -1 && dominators[node] !== -1) {
      way.push(node);
      node = dominators[node]!;
    }
    const top = tops[node] === -1 ? node : tops[node]!;
    tops[node] = top;
    for (let below = way.pop(); below !== undefined; below = way.pop()) {
      tops[below] = top;
    }
  }
  return tops;
}
