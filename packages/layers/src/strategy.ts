import type { IndexedClosure } from "./graph/indexed-closure.ts";
import type { Popularity } from "./popularity/popularity.ts";

/** The store paths of one layer of an image. */
export interface LayerGroup {
  /** Sorted by code units; at least one. */
  readonly paths: readonly string[];
  /** Sum of the NAR sizes of the paths, in bytes. */
  readonly size: number;
  /** Why these paths are one layer, in a few words for people. */
  readonly reason?: string | undefined;
}

/** The input of a strategy. */
export interface GroupingInput {
  readonly closure: IndexedClosure;
  /** Layers that it may return; at least 1. */
  readonly budget: number;
  /** The data of the whole package set; `closure.popularity` has its counts for the nodes. */
  readonly popularity?: Popularity | undefined;
}

/**
 * A way to cut closures into layers. It must depend on its input alone, or images stop sharing
 * layers and builds stop being reproducible.
 */
export interface GroupingStrategy {
  /** Part of the keys of cached images: another grouping needs another name. */
  readonly name: string;
  /**
   * Puts every path of the closure into exactly one of at most `budget` layers, the layers that most
   * images share first.
   */
  group(input: GroupingInput): readonly LayerGroup[];
}
