import type { IndexedClosure, Edges } from "../graph/indexed-closure.ts";
import { type Components, componentsOf } from "../graph/components.ts";
import { estimatePopularity } from "../popularity/estimated-popularity.ts";
import { markReachable, reversed } from "../graph/edges.ts";
import { layerGroup, mostPopular } from "../layer-group.ts";
import { createOwnerSets, type OwnerSets } from "./owner-sets.ts";
import type { GroupingStrategy } from "../strategy.ts";

/**
 * The idea of nixpkgs' `auto-layer.py`: the largest paths own layers, and every other path is in the
 * layer of the owners that refer to it most directly. Paths with the same owners are together.
 * Owners are added, the largest first, for as long as the budget allows.
 *
 * Layers are ordered by the popularity of their most popular path. Its name is `size-first`.
 */
export const sizeFirstStrategy: GroupingStrategy = {
  name: "size-first",
  group({ closure, budget, popularity }) {
    const components = componentsOf(closure.references);
    const owners = splitBySize(closure, components, budget);
    const layers = new Map<number, number[]>();
    for (const [node, component] of components.component.entries()) {
      const set = owners.of[component]!;
      const layer = layers.get(set);
      if (layer === undefined) {
        layers.set(set, [node]);
      } else {
        layer.push(node);
      }
    }
    const { counts } = estimatePopularity(closure, popularity);
    return [...layers]
      .map(([set, nodes]) => ({
        nodes,
        usage: mostPopular(nodes, counts),
        reason: reasonOf(owners.sets.members(set), components, closure),
      }))
      .toSorted((a, b) => b.usage - a.usage || a.nodes[0]! - b.nodes[0]!)
      .map(({ nodes, reason }) => layerGroup(closure, nodes, reason));
  },
};

interface Ownership {
  readonly sets: OwnerSets;
  /** The set of owners of every component. */
  readonly of: Int32Array;
}

/** A cycle of paths is owned and split as one. */
function splitBySize(closure: IndexedClosure, components: Components, budget: number): Ownership {
  const { component, count, references } = components;
  const users = reversed(references);
  const sizes = new Float64Array(count);
  const firstNode = new Int32Array(count).fill(-1);
  for (const [node, index] of component.entries()) {
    sizes[index]! += closure.narSizes[node]!;
    if (firstNode[index] === -1) {
      firstNode[index] = node;
    }
  }
  const bySize = Array.from(firstNode.keys()).toSorted(
    (a, b) => sizes[b]! - sizes[a]! || firstNode[a]! - firstNode[b]!,
  );

  const sets = createOwnerSets();
  let of = new Int32Array(count);
  for (const owner of bySize) {
    const below = reachable(owner, references);
    const above = reachable(owner, users);
    const next = of.slice();
    const moved = new Map<number, number>();
    for (let node = 0; node < count; node++) {
      if (below[node] === 0) {
        continue;
      }
      const before = of[node]!;
      let after = moved.get(before);
      if (after === undefined) {
        after = sets.withOwner(before, owner, below, above);
        moved.set(before, after);
      }
      next[node] = after;
    }
    next[owner] = sets.only(owner);
    if (new Set(next).size > budget) {
      break;
    }
    of = next;
  }
  return { sets, of };
}

/** 1 for all nodes below `from`, 0 for the others and for itself. */
function reachable(from: number, edges: Edges): Uint8Array {
  const reached = new Uint8Array(edges.starts.length - 1);
  markReachable(from, edges, reached);
  reached[from] = 0;
  return reached;
}

function reasonOf(
  owners: readonly number[],
  { component }: Components,
  closure: IndexedClosure,
): string {
  const [first, second] = owners;
  if (first === undefined) {
    return "paths that no large path needs";
  }
  const nameOf = (owner: number): string => closure.names[component.indexOf(owner)]!;
  if (second === undefined) {
    return `${nameOf(first)}, large, and the paths only it needs`;
  }
  const others = owners.length - 1;
  return `paths that ${nameOf(first)} and ${others === 1 ? nameOf(second) : `${others} others`} need`;
}
