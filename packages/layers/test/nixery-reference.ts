import { compareText } from "@nixery/kit/compare-text";
import type { ClosureNode } from "@nixery/layers";
import type { Task } from "./support.ts";

type Graph = ReadonlyMap<string, ClosureNode>;

/**
 * Nixery's grouping by its definitions, however long it takes: a path dominates the paths that cannot
 * be reached from the artificial root without it.
 */
export function groupAsNixery(task: Task, sizes: "nar" | "closure"): string[][] {
  const graph: Graph = new Map(task.graph.map((entry) => [entry.path, entry]));
  const paths = [...graph.keys()];
  const closureSizeOf = (path: string): number =>
    sum([...reachable([path], graph)].map((reached) => graph.get(reached)!.narSize));
  const popularityOf = (path: string): number =>
    /^(nss-cacert|cacert|ca-certificates|iana-etc|netbase)/.test(nameOf(path))
      ? 500_000
      : (task.popularity.counts.get(nameOf(path)) ?? 1);

  const entries = paths.filter(
    (path) =>
      task.roots.includes(path) || closureSizeOf(path) > 100_000_000 || popularityOf(path) >= 100,
  );
  const dominated = new Map(
    paths.map((path) => {
      const others = reachable(entries, graph, path);
      return [path, paths.filter((other) => !others.has(other))] as const;
    }),
  );
  const layers = paths
    .filter((top) => !paths.some((path) => path !== top && dominated.get(path)!.includes(top)))
    .map((top) => {
      const sizeOf = sizes === "nar" ? (path: string) => graph.get(path)!.narSize : closureSizeOf;
      const members = dominated.get(top)!;
      return { top, members, rating: popularityOf(top) * sum(members.map(sizeOf)) };
    })
    .toSorted((a, b) => a.rating - b.rating || compareText(nameOf(a.top), nameOf(b.top)));

  while (layers.length > task.budget) {
    const [lowest, next] = [layers[0]!, layers[1]!];
    const members = [...lowest.members, ...next.members];
    layers.splice(0, 2, { top: next.top, members, rating: lowest.rating + next.rating });
  }
  return layers.map(({ members }) => members.toSorted());
}

/** The given paths and all below them, on ways that avoid one path. */
function reachable(from: readonly string[], graph: Graph, avoided?: string): Set<string> {
  const reached = new Set(from.filter((path) => path !== avoided));
  for (const path of reached) {
    for (const target of graph.get(path)!.references) {
      if (target !== avoided && graph.has(target)) {
        reached.add(target);
      }
    }
  }
  return reached;
}

function nameOf(path: string): string {
  return path.slice("/nix/store/".length + 33);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
