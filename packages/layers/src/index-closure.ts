import type { Closure, ClosureNode, Edges } from "./closure.ts";
import { edgesOf, reversed } from "./edges.ts";
import { LayersError } from "./layers-error.ts";
import type { Popularity } from "./popularity.ts";
import { coveringRoots } from "./roots.ts";
import { storePathName } from "./store-path-name.ts";

/**
 * Puts a graph into the form that strategies compute with. Nodes with the same path fold into one
 * (the larger size, all references); references and roots without a node are left out.
 *
 * @param roots paths asked for by name; what they do not reach gets roots of its own
 * @throws LayersError `ERR_LAYERS_INVALID_SIZE`
 */
export function indexClosure(
  graph: readonly ClosureNode[],
  roots: readonly string[] | undefined,
  popularity: Popularity | undefined,
): Closure {
  const sorted = graph
    .map((node) => ({ node, name: storePathName(node.path) }))
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.node.path, b.node.path));

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
    roots: coveringRoots(askedRoots(roots, indexes, users), references, users),
  };
}

function askedRoots(
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
  throw new LayersError(
    "ERR_LAYERS_INVALID_SIZE",
    `The size ${size} of ${node.path} is not a number of bytes; give what nix path-info reports.`,
  );
}

function ascendingSet(row: readonly number[]): readonly number[] {
  return row.length < 2 ? row : [...new Set(row)].toSorted((a, b) => a - b);
}

/** By UTF-16 code units: the same on every machine, which a locale's order is not. */
function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
