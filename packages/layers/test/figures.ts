import { type GroupingStrategy, groupLayers } from "@nixery/layers";
import { history, imageTask, store } from "./support.ts";

/** Layers as lists of numbers of paths. */
type Layers = readonly (readonly number[])[];

const numbers = new Map(history.names.map((name, path) => [store(name), path]));

export function layersOfImage(
  image: readonly number[],
  strategy: GroupingStrategy,
  budget: number,
): Layers {
  const { graph, ...options } = imageTask(image, budget);
  return groupLayers(graph, { ...options, strategy }).map(({ paths }) =>
    paths.map((path) => numbers.get(path)!),
  );
}

/** The simplest rule that does well: the largest paths have a layer each, the others one. */
export function largestAlone(image: readonly number[], budget: number): Layers {
  const paths = imageTask(image, budget)
    .graph.map(({ path }) => numbers.get(path)!)
    .toSorted((a, b) => history.narSize[b]! - history.narSize[a]! || a - b);
  if (paths.length <= budget) {
    return paths.map((path) => [path]);
  }
  return [...paths.slice(0, budget - 1).map((path) => [path]), paths.slice(budget - 1)];
}

/**
 * Bytes over those of one path a layer. `update`: fetched by clients that hold last week's image;
 * `share`: all distinct layers of one week.
 */
export function figuresOf(group: (image: readonly number[]) => Layers): {
  readonly update: number;
  readonly share: number;
} {
  const images = history.images.map(group);
  const single = images.map((layers) => layers.flat().map((path) => [path]));
  return {
    update: updateBytes(images) / updateBytes(single),
    share: distinctBytes(images) / distinctBytes(single),
  };
}

function updateBytes(images: readonly Layers[]): number {
  let bytes = 0;
  for (const week of history.changed.slice(1)) {
    const changed = new Set(week);
    for (const layer of images.flat()) {
      if (layer.some((path) => changed.has(path))) {
        bytes += sizeOf(layer);
      }
    }
  }
  return bytes;
}

function distinctBytes(images: readonly Layers[]): number {
  const layers = new Map(
    images.flat().map((layer) => [layer.toSorted((a, b) => a - b).join(" "), layer]),
  );
  return [...layers.values()].reduce((bytes, layer) => bytes + sizeOf(layer), 0);
}

function sizeOf(layer: readonly number[]): number {
  return layer.reduce((size, path) => size + history.narSize[path]!, 0);
}
