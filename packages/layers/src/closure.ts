/** A store path as `nix path-info --json --closure-size` reports it. Sizes are bytes. */
export interface ClosureNode {
  /** Such as `/nix/store/<hash>-<name>`. */
  readonly path: string;
  /** Size of the path's NAR serialisation, without what it refers to. */
  readonly narSize: number;
  /** Paths of the nodes that it refers to; its own path and paths without a node count for nothing. */
  readonly references: readonly string[];
  /**
   * NAR sizes of the path and of everything it refers to, directly or not.
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
 * A closure in the form that strategies compute with: nodes are numbers, in the order of their
 * names and then of their paths, so that whatever follows that order does not depend on hashes or
 * on the order of the input.
 */
export interface Closure {
  readonly paths: readonly string[];
  /** Names of the paths, without hashes. */
  readonly names: readonly string[];
  /** Bytes. */
  readonly narSizes: Float64Array;
  /** Bytes, as the nodes said; NaN where a node did not. See `closureSizes`. */
  readonly statedClosureSizes: Float64Array;
  /** Direct users in the whole package set; 1 where unknown. */
  readonly popularity: Float64Array;
  /** References within the closure, ascending, without repetitions and self references. */
  readonly references: Edges;
  /** The same edges turned round. */
  readonly users: Edges;
  /** Ascending. Every node can be reached from one of them. */
  readonly roots: Uint32Array;
}
