import { hashOf, narinfoText } from "../../../binary-cache/test/support/narinfo-text.ts";

/** Store paths and their references, `<hash>-<name>` each; some lack a narinfo file. */
export interface PackageSet {
  readonly references: ReadonlyMap<string, readonly string[]>;
  readonly missing: ReadonlySet<string>;
}

/**
 * A package set of the shape of a real one: a few names that nearly everything uses, several paths
 * of one name, self references, and references to paths outside of the set.
 */
export function generatePackageSet(size: number): PackageSet {
  const random = createRandom(size);
  const names = Array.from(
    { length: size },
    (_, index) => `package-${index % (size * 0.8)}-1.${index % 7}`,
  );
  const bases = names.map((name, index) => `${hashOf(`${name} ${index}`)}-${name}`);
  const references = new Map<string, readonly string[]>();
  const missing = new Set<string>();
  for (const [index, base] of bases.entries()) {
    const used = Array.from({ length: Math.floor(random() * 12) }, () => {
      const target = bases[Math.floor(random() ** 3 * index)];
      return random() < 0.02 ? `${hashOf(`outside ${random()}`)}-outside-2.0` : target;
    });
    used.push(random() < 0.3 ? base : undefined);
    references.set(base, [...new Set(used.filter((path) => path !== undefined))].toSorted());
    if (random() < 0.01) {
      missing.add(base);
    }
  }
  return { references, missing };
}

/** Distinct users of each name, counted in the most direct way. */
export function countDirectly({ references, missing }: PackageSet): Record<string, number> {
  const users: Record<string, Set<string>> = {};
  for (const [user, used] of references) {
    for (const path of missing.has(user) ? [] : used) {
      if (path !== user) {
        (users[path.slice(33)] ??= new Set()).add(user);
      }
    }
  }
  return Object.fromEntries(Object.entries(users).map(([name, set]) => [name, set.size]));
}

/** Narinfo files by their path on a server. */
export function narinfoFiles({ references, missing }: PackageSet): Map<string, string> {
  const files = new Map<string, string>();
  for (const [base, used] of references) {
    if (!missing.has(base)) {
      files.set(`/${base.slice(0, 32)}.narinfo`, narinfoText(base, used));
    }
  }
  return files;
}

/** The paths as a list, in another order than theirs. */
export function listOf({ references }: PackageSet): string {
  const lines = [...references.keys()].map((base) => `/nix/store/${base}\n`);
  return lines.toSorted((a, b) => (a.slice(20) < b.slice(20) ? -1 : 1)).join("");
}

/** Mulberry32: the same numbers in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
