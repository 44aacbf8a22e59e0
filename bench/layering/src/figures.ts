import type { History } from "./history.ts";
import { type Fetched, layerTable } from "./layer-table.ts";
import { createRandom, shuffled } from "./random.ts";

/** Bytes fetched over bytes of the paths that were needed; at least 1. */
export interface Figures {
  /** By a client that has last week's image and pulls this week's, over all images and weeks. */
  readonly update: number;
  /** All distinct layers of one week's images, over all distinct paths. */
  readonly share: number;
  /** By a machine that pulls a random third of the images every week and keeps everything. */
  readonly node: number;
  /** Layers of an image, on average. */
  readonly layers: number;
}

/** Random draws that `node` is averaged over. */
const draws = 20;

/** Measures a grouping of every image of a history. */
export function figuresOf(
  groupings: readonly (readonly (readonly number[])[])[],
  history: History,
): Figures {
  const layers = layerTable(groupings, history);
  const paths = layerTable(
    history.images.map((image) => image.paths.map((path) => [path])),
    history,
  );
  const weeks = history.changed.length;
  const count = layers.images.reduce((total, image) => total + image.length, 0);
  return {
    update: updateBytes(layers, weeks) / updateBytes(paths, weeks),
    share: distinctBytes(layers) / distinctBytes(paths),
    node: nodeBytes(layers, weeks) / nodeBytes(paths, weeks),
    layers: count / layers.images.length,
  };
}

function updateBytes({ images, sizes, changed }: Fetched, weeks: number): number {
  let bytes = 0;
  for (let week = 1; week < weeks; week++) {
    for (const image of images) {
      for (const thing of image) {
        if (changed[thing]![week] === week) {
          bytes += sizes[thing]!;
        }
      }
    }
  }
  return bytes;
}

function distinctBytes({ sizes }: Fetched): number {
  return sizes.reduce((total, size) => total + size, 0);
}

function nodeBytes({ images, sizes, changed }: Fetched, weeks: number): number {
  let bytes = 0;
  for (let draw = 1; draw <= draws; draw++) {
    const random = createRandom(draw);
    const held = new Int32Array(sizes.length).fill(-1);
    for (let week = 0; week < weeks; week++) {
      for (const image of shuffled(images, random).slice(0, Math.floor(images.length / 3))) {
        for (const thing of image) {
          if (held[thing] === changed[thing]![week]) {
            continue;
          }
          held[thing] = changed[thing]![week]!;
          bytes += sizes[thing]!;
        }
      }
    }
  }
  return bytes;
}
