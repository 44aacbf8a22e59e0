import { describe, expect, test } from "vitest";
import { type ClosureNode, groupLayers, isLayersError } from "@nixery/layers";

const store = (name: string): string => `/nix/store/${"0".repeat(32)}-${name}`;
const node = (name: string, narSize: number, ...references: string[]): ClosureNode => ({
  path: store(name),
  narSize,
  references: references.map(store),
});

describe("groupLayers", () => {
  test("cuts nothing into no layers", () => {
    expect(groupLayers([])).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses a budget of %d",
    (budget) => {
      let thrown: unknown;
      try {
        groupLayers([node("a", 1)], { budget });
      } catch (error) {
        thrown = error;
      }
      expect(isLayersError(thrown, "ERR_LAYERS_INVALID_BUDGET")).toBe(true);
    },
  );

  test("puts everything into one layer for a budget of 1", () => {
    const groups = groupLayers([node("b", 2, "c"), node("a", 1), node("c", 4)], { budget: 1 });
    expect(groups).toMatchObject([{ paths: [store("a"), store("b"), store("c")], size: 7 }]);
  });
});
