/**
 * The JSON map that `NIX_POPULARITY_URL` stands for, in canonical form: names in the order of their
 * code units, one a line, so that two versions of a file can be compared.
 */
export function encodePopularity(counts: ReadonlyMap<string, number>): string {
  // Not JSON.stringify of an object: that puts names that look like numbers first.
  const entries = [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${JSON.stringify(name)}:${count}`);
  return entries.length === 0 ? "{}\n" : `{\n${entries.join(",\n")}\n}\n`;
}
