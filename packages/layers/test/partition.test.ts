import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupLayers, type LayerGroup, strategies } from "@nixery/layers";
import { anyTask, reordered, type Task } from "./support.ts";

const runs = { numRuns: 1000 };

describe.each(strategies)("$name", (strategy) => {
  const group = ({ graph, ...options }: Task): readonly LayerGroup[] =>
    groupLayers(graph, { ...options, strategy });

  test("puts every path into one layer, within the budget", () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const groups = group(task);
        const paths = groups.flatMap((layer) => layer.paths);
        expect(paths.toSorted()).toEqual(task.graph.map(({ path }) => path).toSorted());
        expect(groups.length).toBeLessThanOrEqual(task.budget);
        for (const layer of groups) {
          expect(layer.paths.length).toBeGreaterThan(0);
        }
      }),
      runs,
    );
  });

  test("has the size of each layer, and sorts its paths", () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const sizes = new Map(task.graph.map(({ path, narSize }) => [path, narSize]));
        for (const { paths, size, reason } of group(task)) {
          expect(paths).toEqual(paths.toSorted());
          expect(size).toBe(paths.reduce((sum, path) => sum + sizes.get(path)!, 0));
          expect(reason).toMatch(/\S/);
        }
      }),
      runs,
    );
  });

  test("makes the same layers in the same order, whatever the order of the input", () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        const groups = group(task);
        expect(group(task)).toEqual(groups);
        expect(group(reordered(task))).toEqual(groups);
      }),
      runs,
    );
  });
});
