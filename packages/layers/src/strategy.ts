import type { Closure } from "./closure.ts";
import type { Popularity } from "./popularity.ts";

/** A layer-to-be: the store paths of one layer of an image. */
export interface LayerGroup {
  /** Sorted by code units; at least one. */
  readonly paths: readonly string[];
  /** Sum of the NAR sizes of the paths, in bytes. */
  readonly size: number;
  /** Why these paths are a layer, in a few words for people. */
  readonly reason?: string | undefined;
}

/** What a strategy groups. */
export interface GroupingInput {
  readonly closure: Closure;
  /** Most layers that it may return; at least 1. */
  readonly budget: number;
  /** The data of the whole package set; `closure.popularity` has its counts for the nodes. */
  readonly popularity?: Popularity | undefined;
}

/**
 * A way to cut closures into layers. It must depend on nothing but its input, or images stop
 * sharing layers and builds stop being reproducible.
 */
export interface GroupingStrategy {
  /**
   * Part of the keys under which images are kept: another grouping needs another name.
   */
  readonly name: string;
  /**
   * Puts every path of the closure into exactly one layer, in at most `budget` layers, the layers
   * that most images share first.
   */
  group(input: GroupingInput): readonly LayerGroup[];
}
