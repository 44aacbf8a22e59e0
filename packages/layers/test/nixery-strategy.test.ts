import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createNixeryStrategy,
  createPopularity,
  groupLayers,
  nixeryStrategy,
} from "@nixery/layers";
import { groupAsNixery } from "./nixery-reference.ts";
import { history, imageTask, node, store, type Task } from "./support.ts";

/** Graphs whose roots reach everything, without cycles, as Nix makes them; names are distinct. */
const acyclicTask: fc.Arbitrary<Task> = fc
  .array(
    fc.record({
      size: fc.oneof(fc.nat(1000), fc.nat(60_000_000)),
      popularity: fc.oneof(fc.nat(5), fc.nat(300)),
      references: fc.array(fc.nat(), { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .chain((nodes) => {
    const graph = nodes.map(({ size, references }, index) =>
      node(
        `p${index}`,
        size,
        ...(index === 0 ? [] : references.map((target) => `p${target % index}`)),
      ),
    );
    const referred = new Set(graph.flatMap(({ references }) => references));
    return fc.record({
      graph: fc.constant(graph),
      roots: fc
        .subarray(graph.map(({ path }) => path))
        .map((some) => [...some, ...graph.map(({ path }) => path).filter((p) => !referred.has(p))]),
      popularity: fc.constant(
        createPopularity(nodes.map(({ popularity }, index) => [`p${index}`, popularity])),
      ),
      budget: fc.integer({ min: 1, max: 25 }),
    });
  });

describe.each(["closure", "nar"] as const)("with %s sizes", (sizes) => {
  const strategy = createNixeryStrategy({ sizes });
  const layersOf = ({ graph, ...options }: Task): string[] =>
    groupLayers(graph, { ...options, strategy })
      .map(({ paths }) => paths.join(" "))
      .toSorted();
  const expected = (task: Task): string[] =>
    groupAsNixery(task, sizes)
      .map((paths) => paths.join(" "))
      .toSorted();

  test.each([10, 40, 94])("groups the images of the history as Nixery, budget %d", (budget) => {
    for (const image of history.images) {
      const task = imageTask(image, budget);
      expect(layersOf(task)).toEqual(expected(task));
    }
  });

  test("groups random graphs as Nixery", () => {
    fc.assert(
      fc.property(acyclicTask, (task) => {
        expect(layersOf(task)).toEqual(expected(task));
      }),
      { numRuns: 500 },
    );
  });
});

test("each kind of sizes has a strategy name of its own", () => {
  expect(nixeryStrategy.name).toBe("nixery");
  expect(createNixeryStrategy({ sizes: "closure" }).name).toBe("nixery");
  expect(createNixeryStrategy({ sizes: "nar" }).name).toBe("nixery-nar");
});

test("orders layers by descending rating, and those of equal rating by name", () => {
  const graph = [node("d", 5), node("b", 5), node("a", 5), node("c", 9)];
  const groups = groupLayers(graph, {
    strategy: nixeryStrategy,
    popularity: createPopularity([["d", 7]]),
  });
  expect(groups.map(({ paths }) => paths)).toEqual(
    ["d", "c", "b", "a"].map((name) => [store(name)]),
  );
});
