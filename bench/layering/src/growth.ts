import { performance } from "node:perf_hooks";
import {
  type ClosureNode,
  createPopularity,
  groupLayers,
  type Popularity,
  strategies,
} from "@nixery/layers";
import { createRandom } from "./random.ts";

const counts = [100, 1_000, 10_000, 100_000];
const rounds = 3;

/** Prints the milliseconds that each strategy takes for closures of growing size, the best of 3. */
export function printGrowth(): void {
  console.log("\nMilliseconds to group a closure, with popularity data:\n");
  console.log(`| strategy | ${counts.map((count) => `${count} paths`).join(" | ")} |`);
  console.log(`|---|${counts.map(() => "---").join("|")}|`);
  const closures = counts.map(makeClosure);
  for (const strategy of strategies) {
    const times = closures.map(({ graph, popularity }) => {
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        groupLayers(graph, { strategy, popularity });
        best = Math.min(best, performance.now() - start);
      }
      return best.toFixed(best < 10 ? 1 : 0);
    });
    console.log(`| ${strategy.name} | ${times.join(" | ")} |`);
  }
}

/**
 * A closure shaped like those of package sets: most paths are small, and most references go to a
 * few paths that everything needs.
 */
export function makeClosure(count: number): {
  readonly graph: readonly ClosureNode[];
  readonly popularity: Popularity;
} {
  const random = createRandom(count);
  const users = new Uint32Array(count);
  const sizes = Float64Array.from({ length: count }, () =>
    Math.round(2 ** (10 + 15 * random() ** 2)),
  );
  const graph = Array.from({ length: count }, (_, index): ClosureNode => {
    const targets = new Set<number>();
    const wanted = index === 0 ? 0 : 1 + Math.floor(random() * 6);
    for (let reference = 0; reference < wanted; reference++) {
      // Two in three go to the oldest and so most used paths, the others anywhere.
      targets.add(Math.floor(index * (random() < 0.67 ? random() ** 6 : random())));
    }
    for (const target of targets) {
      users[target]! += 1;
    }
    return {
      path: pathOf(index),
      narSize: sizes[index]!,
      // Has no effect on the time; real ones would take longer to compute than all the rest.
      closureSize: sizes[index]!,
      references: [...targets].map(pathOf),
    };
  });
  const popularity = createPopularity(
    graph.map((_, index) => [`package-${index}-1.0`, 1 + users[index]!] as const),
  );
  return { graph, popularity };
}

function pathOf(index: number): string {
  return `/nix/store/${index.toString(32).padStart(32, "0")}-package-${index}-1.0`;
}
