import { estimateChangeRates } from "./change-rates.ts";
import type { Closure } from "./closure.ts";
import type { Cohort } from "./cohort.ts";
import { estimatePopularity } from "./estimated-popularity.ts";
import { fitBudget, usualBudget } from "./fit-budget.ts";
import { formCohorts } from "./form-cohorts.ts";
import { layerGroup, mostPopular } from "./layer-group.ts";
import { findLeaders, withoutLeaders } from "./leaders.ts";
import { findPaceSetters } from "./pace-setters.ts";
import type { GroupingStrategy } from "./strategy.ts";
import { usersFirst } from "./users-first.ts";

/** NAR size in bytes up to which a path counts as small, at Nixery's budget. */
const usualSmallPath = 2_000_000;
/** The smaller the budget, the larger a small path: every layer must hold more. */
const growth = 1.9;

/**
 * Layers of cohorts: small paths that come into images with the same popular path and change about
 * as often share a layer, large paths have their own. Cohorts do not depend on the other paths of
 * an image, so images have them in common. Where there are more of them than the budget allows,
 * those that lose least by it are cut into a few layers of about the same rate of change.
 *
 * It leans on popularity data. Without any no path is known to come with another: all are alone, and
 * where the budget is short the smallest are cut into layers by their closures' sizes.
 * Its name is `cohorts`.
 */
export const cohortsStrategy: GroupingStrategy = {
  name: "cohorts",
  group({ closure, budget, popularity }) {
    const { counts, isFounded } = estimatePopularity(closure, popularity);
    const order = usersFirst(closure);
    const rates = estimateChangeRates(closure, counts, order);
    const cohorts = formCohorts({
      closure,
      leaders: isFounded ? findLeaders(closure, counts, order) : withoutLeaders(counts),
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
        layerGroup(closure, nodes, `small paths together, as ${budget} layers are not enough`),
      ),
    ];
  },
};

function reasonOf({ nodes, leader }: Cohort, { names }: Closure): string {
  const name = names[leader]!;
  if (nodes.length > 1) {
    return `${nodes.length} paths that come with ${name} and change alike`;
  }
  return nodes[0] === leader ? "worth a layer of its own" : `worth a layer, comes with ${name}`;
}
