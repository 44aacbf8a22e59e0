import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type ClosureNode, createPopularity, type Popularity } from "@nixery/layers";

/** Images of a package set over some weeks. Paths are numbers, from 0. */
export interface History {
  /** Bytes. */
  readonly sizes: readonly number[];
  readonly popularity: Popularity;
  /** For every path its name without hash. */
  readonly names: readonly string[];
  /** For every week and path the week in which its hash was last new. */
  readonly changed: readonly (readonly number[])[];
  readonly images: readonly Image[];
}

export interface Image {
  readonly roots: readonly string[];
  /** The closure as it was in the first week. */
  readonly graph: readonly ClosureNode[];
  /** Numbers of the paths of the closure. */
  readonly paths: readonly number[];
}

interface HistoryFile {
  readonly names: readonly string[];
  readonly narSize: readonly number[];
  readonly references: readonly (readonly number[])[];
  readonly popularity: readonly number[];
  readonly hashes: readonly (readonly string[])[];
  readonly images: readonly (readonly number[])[];
}

/** Reads a history from a JSON file, which may be compressed with gzip. */
export function readHistory(file: string | URL): History {
  const bytes = readFileSync(file);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const read: HistoryFile = JSON.parse((isGzip ? gunzipSync(bytes) : bytes).toString());
  const { names, narSize, references, popularity, hashes } = read;
  const pathOf = (index: number): string => `/nix/store/${hashes[0]![index]!}-${names[index]!}`;
  const images = read.images.map((roots): Image => {
    const paths = closureOf(roots, references);
    return {
      roots: roots.map(pathOf),
      graph: paths.map((index) => ({
        path: pathOf(index),
        narSize: narSize[index]!,
        closureSize: sum(closureOf([index], references), narSize),
        references: references[index]!.map(pathOf),
      })),
      paths,
    };
  });
  return {
    sizes: narSize,
    popularity: createPopularity(names.map((name, index) => [name, popularity[index]!])),
    names,
    changed: changesOf(hashes),
    images,
  };
}

function changesOf(hashes: readonly (readonly string[])[]): number[][] {
  const changed: number[][] = [];
  for (const [week, row] of hashes.entries()) {
    const before = hashes[week - 1];
    changed.push(
      row.map((hash, index) => (hash === before?.[index] ? changed[week - 1]![index]! : week)),
    );
  }
  return changed;
}

function closureOf(roots: readonly number[], references: readonly (readonly number[])[]): number[] {
  const seen = new Set(roots);
  for (const path of seen) {
    for (const target of references[path]!) {
      seen.add(target);
    }
  }
  return [...seen].toSorted((a, b) => a - b);
}

function sum(indexes: readonly number[], values: readonly number[]): number {
  return indexes.reduce((total, index) => total + values[index]!, 0);
}
