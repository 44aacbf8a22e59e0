import { mkdir, readFile, symlink } from "node:fs/promises";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { diskReader, loadStoreReader } from "@nixery/packing";
import { rootEntries } from "../src/root/root-entries.ts";
import { createTestStore } from "../../packing/test/support/store.ts";
import { link, temporary, type Tree } from "../../packing/test/support/tree.ts";

/** Few names, so that packages meet; links within, to the other package, in circles, to nothing. */
const names = ["a", "b", "lib", "lib64"];
const targets = [".", "..", "a", "lib", "../lib", "a/b", "../b/lib64", "../../0/lib", "nowhere"];

const { tree } = fc.letrec<{ tree: Tree; node: Tree[string] }>((tie) => ({
  tree: fc.dictionary(fc.constantFrom(...names), tie("node"), { maxKeys: 4 }),
  node: fc.oneof(
    { depthSize: "medium" },
    fc.constant("file"),
    fc.constantFrom(...targets).map(link),
    tie("tree"),
  ),
}));

/** Relative paths of the regular files below real directories. */
function filesOf(node: Tree, above = ""): string[] {
  return Object.entries(node).flatMap(([name, child]) => {
    if (child === "file") {
      return [above + name];
    }
    return isTree(child) ? filesOf(child, `${above}${name}/`) : [];
  });
}

it("gives a root without repetitions in which the first package is whole", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tree, { minLength: 1, maxLength: 3 }), async (trees) => {
      const store = await createTestStore();
      const roots: string[] = [];
      for (const [index, content] of trees.entries()) {
        // Each file says where it is from.
        roots.push(await store.add(`${index}`, named(content, `${index}:`)));
      }
      const image = await temporary();
      await symlink(`${store.root}/nix`, `${image}/nix`);
      const seen = new Set<string>();
      const reader = await loadStoreReader(diskReader({ root: store.root }));
      for await (const entry of rootEntries(reader, { roots, closure: roots })) {
        expect(seen.has(entry.name)).toBe(false);
        seen.add(entry.name);
        // Making it in its order fails where a parent is missing or is no directory.
        if (entry.type === "directory") {
          await mkdir(`${image}/${entry.name}`);
        }
        if (entry.type === "symlink") {
          await symlink(image + entry.target, `${image}/${entry.name}`);
        }
      }
      for (const path of filesOf(trees[0] ?? {})) {
        expect(await readFile(`${image}/${path}`, "utf8")).toBe(`0:${path}`);
      }
    }),
    { numRuns: 60 },
  );
});

function named(node: Tree, place: string): Tree {
  return Object.fromEntries(
    Object.entries(node).map(([name, child]) => {
      if (child === "file") {
        return [name, place + name];
      }
      return [name, isTree(child) ? named(child, `${place}${name}/`) : child];
    }),
  );
}

function isTree(child: Tree[string]): child is Tree {
  return typeof child === "object" && !(child instanceof Uint8Array) && !("link" in child);
}
