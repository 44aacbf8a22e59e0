import { estimateChangeRates } from "./change-rates.ts";
import type { IndexedClosure } from "../graph/indexed-closure.ts";
import type { Cohort } from "./cohort.ts";
import { estimatePopularity } from "../popularity/estimated-popularity.ts";
import { fitBudget, usualBudget } from "./fit-budget.ts";
import { formCohorts } from "./form-cohorts.ts";
import { layerGroup, mostPopular } from "../layer-group.ts";
import { findLeaders, withoutLeaders } from "./leaders.ts";
import { findPaceSetters } from "./pace-setters.ts";
import type { GroupingStrategy } from "../strategy.ts";
import { usersFirst } from "../graph/users-first.ts";

/** NAR size in bytes up to which a path counts as small, at Nixery's budget. */
const usualSmallPath = 2_000_000;
/** The smaller the budget, the larger a small path: every layer has to include more. */
const growth = 1.9;

/**
 * Layers of cohorts. Small paths that come into images with the same popular path and change about
 * as often share a layer; large paths have their own. Cohorts do not depend on the other paths of an
 * image, so images share them. Where the budget allows fewer, the cohorts that lose least by it share
 * a few layers, cut by rate of change.
 *
 * It relies on popularity data. Without data every path is alone, and where the budget is short the
 * smallest paths share a few layers. Its name is `cohorts`.
 */
export const cohortsStrategy: GroupingStrategy = {
  name: "cohorts",
  group({ closure, budget, popularity }) {
    const { counts, hasData } = estimatePopularity(closure, popularity);
    const order = usersFirst(closure);
    const rates = estimateChangeRates(closure, counts, order);
    const cohorts = formCohorts({
      closure,
      leaders: hasData ? findLeaders(closure, counts, order) : withoutLeaders(counts),
      rates,
      paceSetters: findPaceSetters(closure, rates, order),
      smallPath: usualSmallPath * (usualBudget / budget) ** growth,
    });
    const { own, remainder } = fitBudget(cohorts, budget);
    const usage = new Map(own.map((cohort) => [cohort, mostPopular(cohort.nodes, counts)]));
    return [
      ...own
        .toSorted((a, b) => usage.get(b)! - usage.get(a)! || a.nodes[0]! - b.nodes[0]!)
        .map((cohort) => layerGroup(closure, cohort.nodes, reasonOf(cohort, closure))),
      ...remainder.map((nodes) =>
        layerGroup(closure, nodes, `small paths together, because ${budget} layers are not enough`),
      ),
    ];
  },
};

function reasonOf({ nodes, leader }: Cohort, { names }: IndexedClosure): string {
  const name = names[leader]!;
  if (nodes.length > 1) {
    return `${nodes.length} paths that come with ${name} and change about as often`;
  }
  return nodes[0] === leader
    ? "worth a layer of its own"
    : `worth a layer of its own, comes with ${name}`;
}
