import { quote } from "@nixery/kit/quote";
import { wholeNumber } from "@nixery/kit/whole-number";
import { defaultStrategy } from "./built-in-strategies.ts";
import { indexClosure } from "./graph/index-closure.ts";
import type { ClosureNode } from "./graph/indexed-closure.ts";
import { LayersError } from "./layers-error.ts";
import type { Popularity } from "./popularity/popularity.ts";
import type { GroupingStrategy, LayerGroup } from "./strategy.ts";

export interface GroupingOptions {
  /** @defaultValue `defaultStrategy` */
  readonly strategy?: GroupingStrategy | undefined;
  /**
   * Layers to make at most, at least 1. Docker allows 125 layers and containerd 127; the rest is for
   * layers without store paths and for images built on top.
   * @defaultValue 94
   */
  readonly budget?: number | undefined;
  /** @defaultValue every path has popularity 1 */
  readonly popularity?: Popularity | undefined;
  /**
   * Paths of the requested packages.
   * @defaultValue the nodes that no other node refers to
   */
  readonly roots?: readonly string[] | undefined;
}

const defaultBudget = 94;

/**
 * Cuts a closure into layers: a partition of its paths into at most `budget` groups, the groups
 * that most images share first. The same closure, popularity and options give the same groups,
 * whatever the order of `graph`, of the references and of the roots.
 *
 * References and roots without a node are left out, self references and cycles are allowed, and an
 * empty graph has no layers.
 *
 * @throws LayersError `ERR_LAYERS_INVALID_OPTION` for the budget, `ERR_LAYERS_INVALID_SIZE` for a
 * node, and `ERR_LAYERS_INVALID_GROUPING` when the strategy breaks its contract
 */
export function groupLayers(
  graph: readonly ClosureNode[],
  options: GroupingOptions = {},
): readonly LayerGroup[] {
  const { strategy = defaultStrategy, popularity, roots } = options;
  const budget = wholeNumber(
    "budget",
    options.budget ?? defaultBudget,
    { min: 1 },
    (message) => new LayersError("ERR_LAYERS_INVALID_OPTION", { message }),
  );
  const closure = indexClosure(graph, roots, popularity);
  if (closure.paths.length === 0) {
    return [];
  }
  const groups = strategy.group({ closure, budget, popularity });
  assertPartition(groups, closure.paths, budget, strategy.name);
  return groups;
}

function assertPartition(
  groups: readonly LayerGroup[],
  paths: readonly string[],
  budget: number,
  strategyName: string,
): void {
  const left = new Set(paths);
  let isSound = groups.length <= budget;
  for (const group of groups) {
    if (group.paths.length === 0) {
      isSound = false;
    }
    for (const path of group.paths) {
      if (!left.delete(path)) {
        isSound = false;
      }
    }
  }
  if (isSound && left.size === 0) {
    return;
  }
  throw new LayersError("ERR_LAYERS_INVALID_GROUPING", {
    message: `The strategy ${quote(strategyName)} does not put every path into exactly one of at most ${budget} layers. Fix it, or choose another one.`,
  });
}
