import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Closure } from "@nixery/package-source";

/** Trees of real files that most machines have: programs, libraries, scripts, headers, texts. */
const candidates = [
  ...["/usr/lib/git-core", "/usr/lib/python3.11", "/usr/lib/python3.13", "/usr/lib/gcc"],
  ...["/usr/include", "/usr/share/perl", "/usr/share/doc", "/usr/share/locale", "/usr/lib/node"],
  ...["/usr/bin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"],
];

export interface BenchStore {
  readonly root: string;
  readonly closure: Closure;
  /** Bytes of the files. */
  readonly size: number;
}

/** A store with copies of the machine's own trees, one path a tree, up to `maxSize` bytes. */
export async function createBenchStore(root: string, maxSize: number): Promise<BenchStore> {
  const store = join(root, "nix/store");
  await mkdir(store, { recursive: true });
  const paths: { path: string; narSize: number; references: string[] }[] = [];
  let size = 0;
  for (const tree of candidates.filter((candidate) => existsSync(candidate))) {
    const treeSize = sizeOf(tree);
    if (size + treeSize > maxSize) {
      continue;
    }
    const hash = createHash("sha256").update(tree).digest("hex").slice(0, 32);
    const path = `/nix/store/${hash}-${basename(tree)}`;
    await cp(tree, root + path, { recursive: true, verbatimSymlinks: true });
    paths.push({ path, narSize: treeSize, references: [] });
    size += treeSize;
  }
  const sorted = paths.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { root, closure: { roots: sorted.map(({ path }) => path), paths: sorted }, size };
}

function sizeOf(tree: string): number {
  return Number(execFileSync("du", ["-sb", tree], { encoding: "utf8" }).split("\t")[0]);
}
