/** What a count found. */
export interface CountResult {
  /** Direct users of each name that has any, in the order of the names' code units. */
  readonly counts: ReadonlyMap<string, number>;
  /** Distinct store paths that were to be counted. */
  readonly paths: number;
  /** How many of them could not be counted, because the cache does not have them. */
  readonly missing: number;
  /** The first few of those, `<hash>-<name>`, ascending. */
  readonly missingExamples: readonly string[];
  /** How many derivations were left out. */
  readonly derivations: number;
}

/** Where a count stands. */
export interface CountProgress {
  /** Paths that are done, those of earlier runs and the missing ones included. */
  readonly done: number;
  /** `undefined` while it is not known. */
  readonly total: number | undefined;
  /** Paths that could not be counted. */
  readonly missing: number;
  /** Requests that failed and were repeated so far. */
  readonly retries: number;
}
