import { describe, expect, test } from "vitest";
import {
  type ClosureNode,
  cohortsStrategy,
  createPopularity,
  groupLayers,
  nixeryStrategy,
  sizeFirstStrategy,
} from "@nixery/layers";
import { figuresOf, largestAlone, layersOfImage } from "./figures.ts";
import { history, node, store } from "./support.ts";

const megabyte = 1_000_000;
/** A language with libraries that come with it, and one library that has other users. */
const language = [
  node("lang", megabyte, "lang-core", "lang-data", "zlib"),
  node("lang-core", megabyte, "lang-data", "zlib"),
  node("lang-data", 30 * megabyte),
  node("zlib", megabyte),
];
const popularity = createPopularity(
  Object.entries({ lang: 6000, "lang-core": 2, "lang-data": 2, zlib: 9000, tool: 1, app: 1 }),
);

function layersOf(graph: readonly ClosureNode[], budget = 94): string[] {
  return groupLayers(graph, { strategy: cohortsStrategy, popularity, budget }).map(({ paths }) =>
    paths.map((path) => path.slice(store("").length)).join(" "),
  );
}

describe("cohorts", () => {
  test("are the small paths that come with the same popular path", () => {
    expect(layersOf(language)).toEqual(["zlib", "lang lang-core", "lang-data"]);
  });

  test("are the same whatever else is in an image", () => {
    const app = [node("app", 5000, "lang", "tool"), node("tool", 4000, "zlib")];
    expect(layersOf([...app, ...language])).toEqual([...layersOf(language), "app", "tool"]);
  });

  test("follow another version where the data is older or newer", () => {
    const graph = [node("lang-3.2", 5000, "lib-1.1"), node("lib-1.1", 5000)];
    const counts = createPopularity(Object.entries({ "lang-3.1": 100, "lib-1.0": 3 }));
    const options = { strategy: cohortsStrategy, popularity: counts };
    expect(groupLayers(graph, options)).toHaveLength(1);
    expect(groupLayers(graph, { ...options, popularity: createPopularity([]) })).toHaveLength(2);
  });

  test("separate paths that change often from paths that hardly change", () => {
    const volatile = Array.from({ length: 40 }, (_, index) => node(`dep-${index}x`, 1));
    const graph = [
      node("lang", 1, "stable", "moving"),
      node("stable", 1),
      node("moving", 1, ...volatile.map(({ path }) => path.slice(store("").length))),
      ...volatile,
    ];
    const layers = layersOf(graph).map((layer) => layer.split(" "));
    expect(layers.find((layer) => layer.includes("moving"))).not.toContain("stable");
  });

  test("are single paths without data, and the smallest share the rest of the budget", () => {
    const graph = Array.from({ length: 30 }, (_, index) => node(`p${index}`, 1000 * (index + 1)));
    const groups = groupLayers(graph, { strategy: cohortsStrategy, budget: 20 });
    expect(groups).toHaveLength(20);
    const shared = groups.filter(({ paths }) => paths.length > 1).flatMap(({ paths }) => paths);
    expect(shared).not.toContain(store("p29"));
    expect(shared).toContain(store("p0"));
  });
});

describe("shared layers", () => {
  test.each([20, 94])("have the same order in all images, budget %d", (budget) => {
    const images = history.images.map((image) =>
      layersOfImage(image, cohortsStrategy, budget).map((layer) => layer.join(" ")),
    );
    for (const image of images) {
      for (const other of images) {
        const inImage = new Set(image);
        const inOther = new Set(other);
        expect(image.filter((layer) => inOther.has(layer))).toEqual(
          other.filter((layer) => inImage.has(layer)),
        );
      }
    }
  });
});

describe.each([20, 40, 94, 120])("on a closure history, with %d layers", (budget) => {
  const cohorts = figuresOf((image) => layersOfImage(image, cohortsStrategy, budget));
  const others = [
    figuresOf((image) => largestAlone(image, budget)),
    figuresOf((image) => layersOfImage(image, sizeFirstStrategy, budget)),
    figuresOf((image) => layersOfImage(image, nixeryStrategy, budget)),
  ];

  test("fetch the fewest unchanged bytes at an update", () => {
    for (const { update } of others) {
      expect(cohorts.update).toBeLessThan(update);
    }
  });

  test("repeat clearly the fewest bytes between images", () => {
    for (const { share } of others) {
      expect(cohorts.share - 1).toBeLessThan(0.95 * (share - 1));
    }
  });
});
