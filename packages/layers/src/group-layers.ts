import type { ClosureNode } from "./closure.ts";
import { defaultStrategy } from "./strategies.ts";
import { indexClosure } from "./index-closure.ts";
import { LayersError } from "./layers-error.ts";
import type { Popularity } from "./popularity.ts";
import type { GroupingStrategy, LayerGroup } from "./strategy.ts";

export interface GroupingOptions {
  /** @defaultValue `defaultStrategy` */
  readonly strategy?: GroupingStrategy | undefined;
  /**
   * Most layers to make, at least 1. Docker takes 125 layers and containerd 127; what is left is
   * for layers that are not made of store paths and for images built on top.
   * @defaultValue 94
   */
  readonly budget?: number | undefined;
  /** @defaultValue every path has popularity 1 */
  readonly popularity?: Popularity | undefined;
  /**
   * Paths of the packages that the image was asked for.
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
 * References and roots that have no node are left out, self references and cycles are allowed, and
 * an empty graph has no layers.
 *
 * @throws LayersError `ERR_LAYERS_INVALID_BUDGET`, `ERR_LAYERS_INVALID_SIZE`, and
 * `ERR_LAYERS_INVALID_GROUPING` when the strategy breaks its contract
 */
export function groupLayers(
  graph: readonly ClosureNode[],
  options: GroupingOptions = {},
): readonly LayerGroup[] {
  const { strategy = defaultStrategy, budget = defaultBudget, popularity, roots } = options;
  if (!Number.isSafeInteger(budget) || budget < 1) {
    throw new LayersError(
      "ERR_LAYERS_INVALID_BUDGET",
      `The layer budget ${budget} is not a whole number of at least 1; Nixery's is ${defaultBudget}.`,
    );
  }
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
  let sound = groups.length <= budget;
  for (const group of groups) {
    if (group.paths.length === 0) {
      sound = false;
    }
    for (const path of group.paths) {
      if (!left.delete(path)) {
        sound = false;
      }
    }
  }
  if (sound && left.size === 0) {
    return;
  }
  throw new LayersError(
    "ERR_LAYERS_INVALID_GROUPING",
    `The strategy "${strategyName}" does not put every path into one of at most ${budget} layers; choose another strategy or mend this one.`,
  );
}
