import type { ClosurePath } from "@nixery/store-path";

/**
 * A store path as `nix path-info --json --closure-size` reports it. References may have any order;
 * its own path and paths without a node are ignored.
 */
export interface ClosureNode extends ClosurePath {
  /**
   * Sum of the NAR sizes of the path and of everything it refers to, directly or not, in bytes.
   * @defaultValue computed from the graph
   */
  readonly closureSize?: number | undefined;
}

/** Edges in compressed rows: those of node `i` are `targets[starts[i]]` to `targets[starts[i + 1] - 1]`. */
export interface Edges {
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
}

/**
 * A closure in the form that strategies compute with. Nodes are numbers, in the order of their
 * names and then of their paths, so that a result in this order does not depend on hashes or on the
 * order of the input.
 */
export interface IndexedClosure {
  readonly paths: readonly string[];
  /** Names of the paths, without hashes. */
  readonly names: readonly string[];
  /** In bytes. */
  readonly narSizes: Float64Array;
  /** In bytes; NaN where the node has none. */
  readonly statedClosureSizes: Float64Array;
  /** Direct users in the whole package set; 1 where unknown. */
  readonly popularity: Float64Array;
  /** References within the closure, ascending, without repetitions and self references. */
  readonly references: Edges;
  /** The same edges in the other direction. */
  readonly users: Edges;
  /** Ascending. Every node can be reached from one of them. */
  readonly roots: Uint32Array;
}
