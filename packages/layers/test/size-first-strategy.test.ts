import { expect, test } from "vitest";
import { groupLayers, sizeFirstStrategy } from "@nixery/layers";
import { node, store } from "./support.ts";

/** The names of each layer, without an order of layers. */
function layersOf(budget: number): string[] {
  const graph = [
    node("app", 50, "big", "tool"),
    node("tool", 40, "shared", "small"),
    node("big", 900, "shared", "data", "small"),
    node("data", 30),
    node("shared", 800, "base"),
    node("base", 20),
    node("small", 1),
  ];
  return groupLayers(graph, { strategy: sizeFirstStrategy, budget })
    .map(({ paths }) => paths.map((path) => path.slice(store("").length)).join(" "))
    .toSorted();
}

test("the largest path owns the paths it needs, and all others share one layer", () => {
  expect(layersOf(2)).toEqual(["app tool", "base big data shared small"]);
});

test("a path is in the layer of the nearest owner above it", () => {
  expect(layersOf(3)).toEqual(["app tool", "base shared", "big data small"]);
});

test("owners are added by size for as long as the budget allows", () => {
  // Both app and big need small; big is nearer.
  expect(layersOf(4)).toEqual(["app tool", "base shared", "big data small"].concat().toSorted());
  expect(layersOf(7)).toEqual(["app", "base", "big", "data", "shared", "small", "tool"]);
});
