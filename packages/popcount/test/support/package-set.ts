import { createHash } from "node:crypto";

/** Store paths and what they refer to, `<hash>-<name>` each; some lack a narinfo file. */
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
  const basenames = names.map((name, index) => `${hashOf(`${name} ${index}`)}-${name}`);
  const references = new Map<string, readonly string[]>();
  const missing = new Set<string>();
  for (const [index, basename] of basenames.entries()) {
    const used = Array.from({ length: Math.floor(random() * 12) }, () => {
      const target = basenames[Math.floor(random() ** 3 * index)];
      return random() < 0.02 ? `${hashOf(`outside ${random()}`)}-outside-2.0` : target;
    });
    used.push(random() < 0.3 ? basename : undefined);
    references.set(basename, [...new Set(used.filter((path) => path !== undefined))].toSorted());
    if (random() < 0.01) {
      missing.add(basename);
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
  for (const [basename, used] of references) {
    if (!missing.has(basename)) {
      files.set(`/${basename.slice(0, 32)}.narinfo`, narinfo(basename, used));
    }
  }
  return files;
}

export function narinfo(basename: string, references: readonly string[]): string {
  return [
    `StorePath: /nix/store/${basename}`,
    `URL: nar/${hashOf(basename)}.nar.xz`,
    "Compression: xz",
    `FileHash: sha256:${"0".repeat(52)}`,
    "FileSize: 1000",
    `NarHash: sha256:${"1".repeat(52)}`,
    "NarSize: 3000",
    `References: ${references.join(" ")}`,
    "Deriver: unknown-deriver",
    `Sig: test-1:${Buffer.alloc(64).toString("base64")}`,
    "",
  ].join("\n");
}

/** The paths as a list, in an order that is not theirs. */
export function listOf({ references }: PackageSet): string {
  const lines = [...references.keys()].map((basename) => `/nix/store/${basename}\n`);
  return lines.toSorted((a, b) => (a.slice(20) < b.slice(20) ? -1 : 1)).join("");
}

const digits = "0123456789abcdfghijklmnpqrsvwxyz";

export function hashOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest();
  return Array.from({ length: 32 }, (_, index) => digits[(bytes[index] ?? 0) % 32]).join("");
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
