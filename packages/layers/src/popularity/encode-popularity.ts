import { compareText } from "@nixery/kit/compare-text";

/**
 * Counts in canonical form: a JSON map like the one that `NIX_POPULARITY_URL` serves, names in the
 * order of their code units, one a line, so that two versions of a file can be compared.
 */
export function encodePopularity(counts: ReadonlyMap<string, number>): string {
  // JSON.stringify of an object puts names that look like integers first.
  const entries = [...counts]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, count]) => `${JSON.stringify(name)}:${count}`);
  return entries.length === 0 ? "{}\n" : `{\n${entries.join(",\n")}\n}\n`;
}
