import { expect, test } from "vitest";
import { figuresOf } from "../src/figures.ts";
import { createPopularity } from "@nixery/layers";
import type { History } from "../src/history.ts";

/** Two images that share path 0; path 1 is new in the second week. */
const history: History = {
  names: ["a", "b", "c"],
  sizes: [10, 1, 5],
  popularity: createPopularity([]),
  changed: [
    [0, 0, 0],
    [0, 1, 0],
  ],
  images: [
    { roots: [], graph: [], paths: [0, 1] },
    { roots: [], graph: [], paths: [0, 2] },
    { roots: [], graph: [], paths: [0, 1] },
  ],
};

test("one path a layer is the least there can be", () => {
  const single = history.images.map(({ paths }) => paths.map((path) => [path]));
  expect(figuresOf(single, history)).toEqual({ update: 1, share: 1, node: 1, layers: 2 });
});

test("one layer an image repeats what is shared and fetches again what did not change", () => {
  const { update, share, layers } = figuresOf(
    history.images.map(({ paths }) => [paths]),
    history,
  );
  expect(update).toBe(11);
  expect(share).toBe((11 + 15) / 16);
  expect(layers).toBe(1);
});

test("the same paths in another order are the same layer", () => {
  const { share } = figuresOf([[[0, 1]], [[0, 2]], [[1, 0]]], history);
  expect(share).toBe((11 + 15) / 16);
});
