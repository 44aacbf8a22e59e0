/** The result of a count. */
export interface CountResult {
  /** Direct users of each name that has any, in the order of the names' code units. */
  readonly counts: ReadonlyMap<string, number>;
  /** Distinct store paths to count. */
  readonly paths: number;
  /** How many of them could not be counted, because the cache does not have them. */
  readonly missing: number;
  /** The first few of those, `<hash>-<name>`, ascending. */
  readonly missingExamples: readonly string[];
  /** How many derivations were left out. */
  readonly derivations: number;
}

/** The progress of a count. */
export interface CountProgress {
  /** Paths that are done, including those of earlier runs and missing ones. */
  readonly done: number;
  /** `undefined` while it is unknown. */
  readonly total: number | undefined;
  /** Paths that could not be counted. */
  readonly missing: number;
  /** Requests that failed and were repeated so far. */
  readonly retries: number;
}
