import type { History } from "./history.ts";

/** Things that clients fetch whole: layers or single paths. A thing changes with its content. */
export interface Fetched {
  /** Bytes of each thing. */
  readonly sizes: readonly number[];
  /** For every thing and week the week in which it was last new. */
  readonly changed: readonly (readonly number[])[];
  /** For every image its things. */
  readonly images: readonly (readonly number[])[];
}

/** Numbers the distinct layers of all images; the same paths are the same layer. */
export function layerTable(
  images: readonly (readonly (readonly number[])[])[],
  history: History,
): Fetched {
  const numbers = new Map<string, number>();
  const sizes: number[] = [];
  const changed: number[][] = [];
  const numberOf = (layer: readonly number[]): number => {
    const key = layer.toSorted((a, b) => a - b).join(" ");
    let number = numbers.get(key);
    if (number === undefined) {
      number = sizes.length;
      numbers.set(key, number);
      sizes.push(layer.reduce((total, path) => total + history.sizes[path]!, 0));
      changed.push(
        history.changed.map((week) => layer.reduce((last, path) => Math.max(last, week[path]!), 0)),
      );
    }
    return number;
  };
  return { images: images.map((layers) => layers.map(numberOf)), sizes, changed };
}
