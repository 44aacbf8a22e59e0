import { expect, test } from "vitest";
import { groupLayers, sizeFirstStrategy } from "@nixery/layers";
import { node, store } from "./support.ts";

/** The layers' names without order, as the tests are about who is with whom. */
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

test("the largest path owns what it needs, and everything else is one layer", () => {
  expect(layersOf(2)).toEqual(["app tool", "base big data shared small"]);
});

test("a path is with the owner that is nearest above it", () => {
  expect(layersOf(3)).toEqual(["app tool", "base shared", "big data small"]);
});

test("owners are added by size for as long as the budget holds", () => {
  // Between app and big, which needs it too, small goes to big alone.
  expect(layersOf(4)).toEqual(["app tool", "base shared", "big data small"].concat().toSorted());
  expect(layersOf(7)).toEqual(["app", "base", "big", "data", "shared", "small", "tool"]);
});
