import { describe, expect, test } from "vitest";
import {
  createPopularity,
  type GroupingStrategy,
  groupLayers,
  isLayersError,
  LayersError,
  type LayersErrorCode,
  layerGroup,
  strategies,
  strategyByName,
} from "@nixery/layers";
import { node, store } from "./support.ts";

function codeOf(act: () => unknown): LayersErrorCode | undefined {
  try {
    act();
  } catch (error) {
    if (isLayersError(error)) {
      return error.code;
    }
    throw error;
  }
  return undefined;
}

describe.each(strategies)("$name", (strategy) => {
  test("makes no layers of an empty graph", () => {
    expect(groupLayers([], { strategy })).toEqual([]);
    expect(groupLayers([], { strategy, roots: [store("gone")] })).toEqual([]);
  });

  test("puts everything into one layer for a budget of 1", () => {
    const graph = [node("b", 2_000_000_000, "c"), node("a", 1), node("c", 4)];
    const groups = groupLayers(graph, { strategy, budget: 1 });
    expect(groups).toMatchObject([
      { paths: [store("a"), store("b"), store("c")], size: 2_000_000_005 },
    ]);
  });

  test("groups a closure of a single huge path", () => {
    const groups = groupLayers([node("huge", 2 ** 50)], { strategy });
    expect(groups).toMatchObject([{ paths: [store("huge")], size: 2 ** 50 }]);
  });

  test("leaves out references and roots without a node", () => {
    const graph = [node("a", 1, "gone", "b"), node("b", 2)];
    const roots = [store("a"), store("gone")];
    expect(groupLayers(graph, { strategy, roots })).toEqual(
      groupLayers([node("a", 1, "b"), node("b", 2)], { strategy, roots: [store("a")] }),
    );
  });

  test("ignores self references and repeated ones", () => {
    const graph = [node("a", 1, "a", "b", "b"), node("b", 2, "b")];
    expect(groupLayers(graph, { strategy })).toEqual(
      groupLayers([node("a", 1, "b"), node("b", 2)], { strategy }),
    );
  });

  test("groups cycles, with and without a way to them", () => {
    const graph = [node("a", 1, "b"), node("b", 2, "c"), node("c", 3, "b"), node("d", 4, "d")];
    for (const roots of [undefined, [], [store("c")], [store("d")]]) {
      const paths = groupLayers(graph, { strategy, roots }).flatMap((group) => group.paths);
      expect(paths.toSorted()).toEqual(graph.map(({ path }) => path));
    }
  });

  test("makes one node of a path that is given twice", () => {
    const graph = [node("a", 3, "b"), node("b", 1), node("a", 5, "c"), node("c", 1)];
    expect(groupLayers(graph, { strategy })).toEqual(
      groupLayers([node("a", 5, "b", "c"), node("b", 1), node("c", 1)], { strategy }),
    );
  });

  test("groups an image of many roots", () => {
    const graph = Array.from({ length: 500 }, (_, index) => node(`root-${index}`, index));
    const roots = graph.map(({ path }) => path);
    const groups = groupLayers(graph, { strategy, roots, budget: 20 });
    expect(groups.length).toBeLessThanOrEqual(20);
    expect(groups.flatMap(({ paths }) => paths)).toHaveLength(500);
  });

  test("groups a chain as deep as it is long", () => {
    const graph = Array.from({ length: 20_000 }, (_, index) =>
      node(`link-${index}`, 1000, `link-${index + 1}`),
    );
    const paths = groupLayers(graph, { strategy }).flatMap((group) => group.paths);
    expect(new Set(paths).size).toBe(20_000);
  });

  test("reads popularity from any entries, and ignores invalid counts", () => {
    const graph = [node("a", 1, "b", "constructor"), node("b", 2), node("constructor", 3)];
    const counts = { a: 4, b: 500, other: Number.NaN };
    const fromMap = createPopularity(new Map(Object.entries(counts)));
    const fromRecord = createPopularity(Object.entries(counts));
    expect(groupLayers(graph, { strategy, popularity: fromMap })).toEqual(
      groupLayers(graph, { strategy, popularity: fromRecord }),
    );
    const invalid = createPopularity(Object.entries({ b: Number.NaN, a: -1 }));
    expect(groupLayers(graph, { strategy, popularity: invalid })).toEqual(
      groupLayers(graph, { strategy, popularity: createPopularity([]) }),
    );
  });
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
  "rejects a budget of %d",
  (budget) => {
    expect(codeOf(() => groupLayers([node("a", 1)], { budget }))).toBe("ERR_LAYERS_INVALID_OPTION");
  },
);

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("rejects a size of %d", (size) => {
  const code = "ERR_LAYERS_INVALID_SIZE";
  expect(codeOf(() => groupLayers([node("a", size)]))).toBe(code);
  expect(codeOf(() => groupLayers([{ ...node("a", 1), closureSize: size }]))).toBe(code);
});

const own = (groupNodes: (nodes: readonly number[]) => number[][]): GroupingStrategy => ({
  name: "own",
  group: ({ closure }) =>
    groupNodes([...closure.paths.keys()]).map((nodes) => layerGroup(closure, nodes, "mine")),
});

describe("a custom strategy", () => {
  const graph = [node("a", 1), node("b", 2), node("c", 3)];

  test("decides the layers and their order", () => {
    const strategy = own((nodes) => nodes.toReversed().map((each) => [each]));
    expect(groupLayers(graph, { strategy })).toEqual([
      { paths: [store("c")], size: 3, reason: "mine" },
      { paths: [store("b")], size: 2, reason: "mine" },
      { paths: [store("a")], size: 1, reason: "mine" },
    ]);
  });

  test.each([
    ["loses a path", own(() => [[0, 1]])],
    [
      "repeats a path",
      own(() => [
        [0, 1],
        [1, 2],
      ]),
    ],
    ["makes an empty layer", own((nodes) => [[...nodes], []])],
    ["exceeds the budget", own((nodes) => nodes.map((each) => [each]))],
  ])("is rejected when it %s", (_, strategy) => {
    const code = codeOf(() => groupLayers(graph, { strategy, budget: 2 }));
    expect(code).toBe("ERR_LAYERS_INVALID_GROUPING");
  });
});

test("strategies are found by their names", () => {
  for (const strategy of strategies) {
    expect(strategyByName(strategy.name)).toBe(strategy);
  }
  expect(new Set(strategies.map(({ name }) => name)).size).toBe(strategies.length);
  expect(codeOf(() => strategyByName("best"))).toBe("ERR_LAYERS_INVALID_OPTION");
});

test("errors are found by brand and code, also of another copy of the package", () => {
  const error = new LayersError("ERR_LAYERS_INVALID_SIZE", { message: "Invalid." });
  expect(isLayersError(error)).toBe(true);
  expect(isLayersError(error, "ERR_LAYERS_INVALID_SIZE")).toBe(true);
  expect(isLayersError(error, "ERR_LAYERS_INVALID_OPTION")).toBe(false);
  expect(error).toMatchObject({ name: "LayersError", message: "Invalid." });
  const copied = { code: error.code, [Symbol.for("@nixery/layers/LayersError")]: true };
  expect(isLayersError(copied, "ERR_LAYERS_INVALID_SIZE")).toBe(true);
  for (const other of [new Error("x"), undefined, null, "ERR_LAYERS_INVALID_SIZE"]) {
    expect(isLayersError(other)).toBe(false);
  }
});
