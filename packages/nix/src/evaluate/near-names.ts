import { compareText } from "@nixery/kit/compare-text";

const maxNames = 3;

/** Those of `names` that a user may have meant by `asked`, nearest first. */
export function nearNames(asked: string, names: readonly string[]): readonly string[] {
  const maxDistance = asked.length < 5 ? 1 : 2;
  const written = asked.toLowerCase();
  return names
    .map((name) => ({ name, distance: editDistance(written, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= maxDistance)
    .toSorted((a, b) => a.distance - b.distance || compareText(a.name, b.name))
    .slice(0, maxNames)
    .map(({ name }) => name);
}

/** Insertions, deletions and substitutions that turn `a` into `b` (Wagner and Fischer, 1974). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
