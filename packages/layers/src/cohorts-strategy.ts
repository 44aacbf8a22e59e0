import { estimateChangeRates } from "./change-rates.ts";
import type { Closure } from "./closure.ts";
import { type Cohort, cohortChangeChance, formCohorts } from "./cohorts.ts";
import { cutRemainder } from "./cut-remainder.ts";
import { estimatedPopularity } from "./estimated-popularity.ts";
import { layerGroup } from "./layer-group.ts";
import { findLeaders } from "./leaders.ts";
import type { GroupingStrategy } from "./strategy.ts";
import { usersFirst } from "./users-first.ts";

/** NAR size in bytes up to which a path counts as small, at {@link usualBudget} layers. */
const smallPath = 2_000_000;
const usualBudget = 94;
/** With a smaller budget larger paths count as small: growth of the size with the budget's fall. */
const smallPathExponent = 1.5;
/** Most layers for what gets none of its own, and the part of the budget they may take. */
const mostRemainders = 5;
const remainderShare = 0.25;
/** Images that a path is in, for each user of its most popular user, beside the one at hand. */
const imagesPerUser = 0.07;
/** Weights of a byte fetched by one more image and of a byte fetched again after a week. */
const shareWeight = 1.2;
const updateWeight = 0.5;

/**
 * Layers of cohorts: small paths that come into images with the same popular path and change about
 * as often share a layer, large paths have their own. Cohorts do not depend on the other paths of
 * an image, so images have them in common. If there are more of them than the budget allows, those
 * that would cost least are cut into a few layers of about the same rate of change.
 *
 * It leans on popularity data; without any it counts users in the closure, and images share less.
 * The reasons and the figures are in the guide on layering. Its name is `cohorts`.
 */
export const cohortsStrategy: GroupingStrategy = {
  name: "cohorts",
  group({ closure, budget, popularity }) {
    const estimate = estimatedPopularity(closure, popularity);
    const order = usersFirst(closure);
    const leaders = findLeaders(closure, estimate, order);
    const rates = estimateChangeRates(closure, estimate, order);
    const largest = smallPath * (usualBudget / budget) ** smallPathExponent;
    const cohorts = formCohorts(closure, leaders, rates, largest).toSorted(
      (a, b) => worth(b) - worth(a) || a.nodes[0]! - b.nodes[0]!,
    );

    const fits = cohorts.length <= budget;
    const remainders = fits
      ? 0
      : Math.min(mostRemainders, Math.max(1, Math.floor(budget * remainderShare)));
    const own = fits ? cohorts : cohorts.slice(0, budget - remainders);
    const rest = fits ? [] : cutRemainder(cohorts.slice(budget - remainders), remainders);
    return [
      ...own
        .toSorted(mostSharedFirst)
        .map((cohort) => layerGroup(closure, cohort.nodes, reasonOf(cohort, closure))),
      ...rest.map((nodes) =>
        layerGroup(closure, nodes, `small paths together, as ${budget} layers are not enough`),
      ),
    ];
  },
};

/** Bytes that a layer of its own is expected to save: in other images, and in a week's update. */
function worth(cohort: Cohort): number {
  const images = 1 + imagesPerUser * Math.max(0, cohort.reach - 1);
  const unchanged = 1 - cohortChangeChance(cohort);
  return cohort.size * (shareWeight - 1 / images + updateWeight * unchanged);
}

function mostSharedFirst(a: Cohort, b: Cohort): number {
  return b.reach - a.reach || a.leader - b.leader || a.nodes[0]! - b.nodes[0]!;
}

function reasonOf({ nodes, leader }: Cohort, { names }: Closure): string {
  const name = names[leader]!;
  if (nodes.length > 1) return `${nodes.length} paths that come and change with ${name}`;
  return nodes[0] === leader ? "by itself" : `by itself, comes with ${name}`;
}
