import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import type { ClosurePath } from "@nixery/store-path";
import { make, temporary, type Tree } from "./tree.ts";

/** A `Closure` of `@nixery/package-source`. */
export interface TestClosure {
  readonly roots: readonly string[];
  readonly paths: readonly ClosurePath[];
}

/** A store of a test's own, below a temporary directory as a chroot store of Nix. */
export interface TestStore {
  /** For `diskReader`. */
  readonly root: string;
  /** Adds a path and returns its logical name, `/nix/store/<hash>-<name>`. */
  add(name: string, content: Tree[string], references?: readonly string[]): Promise<string>;
  /** The closure that has these roots. */
  closure(...roots: readonly string[]): TestClosure;
}

export async function createTestStore(): Promise<TestStore> {
  const root = await temporary();
  await mkdir(`${root}/nix/store`, { recursive: true });
  const known = new Map<string, { readonly narSize: number; readonly references: string[] }>();
  return {
    root,
    async add(name, content, references = []) {
      // Hashes do not depend on the place, so that two stores can hold the same paths.
      const hash = createHash("sha256").update(name).digest("hex").slice(0, 32);
      const path = `/nix/store/${hash}-${name}`;
      await make(root + path, content);
      known.set(path, { narSize: 1000 + name.length, references: references.toSorted() });
      return path;
    },
    closure(...roots) {
      const reached = new Set<string>(roots);
      for (const path of reached) {
        for (const reference of known.get(path)?.references ?? []) {
          reached.add(reference);
        }
      }
      const paths = [...reached].toSorted().map((path) => ({ path, ...known.get(path)! }));
      return { roots, paths };
    },
  };
}
