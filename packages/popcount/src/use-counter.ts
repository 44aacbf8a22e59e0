import { compareText } from "@nixery/kit/compare-text";
import { parseStorePathBase } from "@nixery/store-path";
import { ownCopy } from "./own-copy.ts";

/** Counts, for each name, the distinct store paths that refer directly to a path of that name. */
export interface UseCounter {
  /**
   * Adds a user; each must be added once.
   * @param names - result of {@link usedNames} for it
   */
  add(names: Iterable<string>): void;
  /** The counts so far, in the order of the names' code units. */
  counts(): ReadonlyMap<string, number>;
}

export function createUseCounter(): UseCounter {
  const counts = new Map<string, number>();
  return {
    add(names) {
      for (const name of names) {
        const count = counts.get(name);
        counts.set(count === undefined ? ownCopy(name) : name, (count ?? 0) + 1);
      }
    },
    counts: () => new Map([...counts].toSorted(([a], [b]) => compareText(a, b))),
  };
}

/**
 * The names that a path uses: those of its references, each once. A path is not a user of itself,
 * but may be one of another path with its name.
 *
 * @param user - `<hash>-<name>` of the path
 * @param references - `<hash>-<name>` of the paths that it refers to
 */
export function usedNames(user: string, references: Iterable<string>): readonly string[] {
  const names = new Set<string>();
  for (const reference of references) {
    const name = parseStorePathBase(reference)?.name;
    if (reference !== user && name !== undefined) {
      names.add(name);
    }
  }
  return [...names].toSorted(compareText);
}
