import { compareText } from "@nixery/kit/compare-text";
import { quote } from "@nixery/kit/quote";
import { storePathName } from "@nixery/store-path";
import { LayersError } from "../layers-error.ts";
import type { Popularity } from "../popularity/popularity.ts";
import { edgesOf, reversed } from "./edges.ts";
import type { ClosureNode, Edges, IndexedClosure } from "./indexed-closure.ts";
import { coveringRoots } from "./roots.ts";

/**
 * Puts a graph into the form that strategies compute with. Nodes with the same path become one (the
 * larger size, all references); references and roots without a node are left out.
 *
 * @param roots paths of the requested packages; nodes out of their reach get roots of their own
 * @throws LayersError `ERR_LAYERS_INVALID_SIZE`
 */
export function indexClosure(
  graph: readonly ClosureNode[],
  roots: readonly string[] | undefined,
  popularity: Popularity | undefined,
): IndexedClosure {
  const sorted = graph
    .map((node) => ({ node, name: storePathName(node.path) }))
    .toSorted((a, b) => compareText(a.name, b.name) || compareText(a.node.path, b.node.path));

  const indexes = new Map<string, number>();
  for (const { node } of sorted) {
    if (!indexes.has(node.path)) {
      indexes.set(node.path, indexes.size);
    }
  }

  const count = indexes.size;
  const names = Array.from<string>({ length: count });
  const narSizes = new Float64Array(count);
  const statedClosureSizes = new Float64Array(count).fill(Number.NaN);
  const rows: number[][] = Array.from({ length: count }, () => []);
  for (const { node, name } of sorted) {
    const index = indexes.get(node.path)!;
    names[index] = name;
    narSizes[index] = Math.max(narSizes[index]!, checkedSize(node.narSize, node));
    if (node.closureSize !== undefined) {
      const stated = statedClosureSizes[index]!;
      const size = checkedSize(node.closureSize, node);
      statedClosureSizes[index] = Number.isNaN(stated) ? size : Math.max(stated, size);
    }
    for (const reference of node.references) {
      const target = indexes.get(reference);
      if (target !== undefined && target !== index) {
        rows[index]!.push(target);
      }
    }
  }

  const references = edgesOf(rows.map(ascendingSet));
  const users = reversed(references);
  return {
    paths: [...indexes.keys()],
    names,
    narSizes,
    statedClosureSizes,
    popularity: Float64Array.from(names, (name) => popularity?.counts.get(name) ?? 1),
    references,
    users,
    roots: coveringRoots(requestedRoots(roots, indexes, users), references, users),
  };
}

function requestedRoots(
  roots: readonly string[] | undefined,
  indexes: ReadonlyMap<string, number>,
  users: Edges,
): readonly number[] {
  if (roots !== undefined) {
    return roots.map((root) => indexes.get(root)).filter((index) => index !== undefined);
  }
  return [...indexes.values()].filter((index) => users.starts[index] === users.starts[index + 1]);
}

function checkedSize(size: number, node: ClosureNode): number {
  if (Number.isFinite(size) && size >= 0) {
    return size;
  }
  throw new LayersError("ERR_LAYERS_INVALID_SIZE", {
    message: `Invalid size ${size} of ${quote(node.path)}. Use the bytes that nix path-info reports.`,
  });
}

function ascendingSet(row: readonly number[]): readonly number[] {
  return row.length < 2 ? row : [...new Set(row)].toSorted((a, b) => a - b);
}
