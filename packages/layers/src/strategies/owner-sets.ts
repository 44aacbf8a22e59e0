/** Sets of owners, each stored once and identified by a number; the empty set is 0. */
export interface OwnerSets {
  members(set: number): readonly number[];
  /** The set of `owner` alone. */
  only(owner: number): number;
  /**
   * The nearest owners after `owner` comes between a set of owners and their paths: without those
   * above `owner`, and with `owner` unless one below it is nearer.
   */
  withOwner(set: number, owner: number, below: Uint8Array, above: Uint8Array): number;
}

export function createOwnerSets(): OwnerSets {
  const sets: (readonly number[])[] = [[]];
  const numbers = new Map<string, number>([["", 0]]);

  const numberOf = (members: readonly number[]): number => {
    const key = members.join(" ");
    let number = numbers.get(key);
    if (number === undefined) {
      number = sets.length;
      sets.push(members);
      numbers.set(key, number);
    }
    return number;
  };

  return {
    members: (set) => sets[set]!,
    only: (owner) => numberOf([owner]),
    withOwner(set, owner, below, above) {
      const nearest = sets[set]!.filter((other) => above[other] === 0);
      const isNearest = !nearest.some((other) => below[other] === 1);
      return numberOf(isNearest ? [...nearest, owner].toSorted((a, b) => a - b) : nearest);
    },
  };
}
