import { changeChance } from "./change-rates.ts";
import type { Cohort } from "./cohorts.ts";

/** More pieces than this are first put together in order; keeps the time linear. */
const mostPieces = 256;

interface Piece {
  readonly nodes: readonly number[];
  readonly size: number;
  readonly rate: number;
  readonly ownRate: number;
  readonly isCore: boolean;
}

/**
 * Cuts cohorts that get no layer of their own into at most `count` layers, so that the fewest bytes
 * are expected to be fetched again in a week: sorted by rate of change, and cut where dynamic
 * programming over all cuts finds the least sum of size times chance of change.
 */
export function cutRemainder(remainder: readonly Cohort[], count: number): number[][] {
  const sorted = remainder.toSorted(
    (a, b) => Number(a.isCore) - Number(b.isCore) || a.rate - b.rate || a.nodes[0]! - b.nodes[0]!,
  );
  const pieces = toPieces(sorted);
  if (pieces.length === 0) return [];
  return bestCuts(pieces, Math.min(count, pieces.length)).map(([from, to]) =>
    pieces.slice(from, to).flatMap(({ nodes }) => nodes),
  );
}

function toPieces(sorted: readonly Cohort[]): Piece[] {
  const length = Math.ceil(sorted.length / mostPieces);
  const pieces: Piece[] = [];
  for (let start = 0; start < sorted.length; start += length) {
    const group = sorted.slice(start, start + length);
    pieces.push({
      nodes: group.flatMap(({ nodes }) => nodes),
      size: group.reduce((sum, { size }) => sum + size, 0),
      rate: group.reduce((most, { rate }) => Math.max(most, rate), 0),
      ownRate: group.reduce((sum, { ownRate }) => sum + ownRate, 0),
      isCore: group.some(({ isCore }) => isCore),
    });
  }
  return pieces;
}

/** The ranges of pieces, from and up to, of the cheapest cut into `count` parts. */
function bestCuts(pieces: readonly Piece[], count: number): (readonly [number, number])[] {
  const costs = costsOfRanges(pieces);
  const end = pieces.length;
  let cheapest = Float64Array.from({ length: end + 1 }, (_, to) => (to > 0 ? costs[0]![to]! : 0));
  const lastCuts: Uint32Array[] = [];
  for (let parts = 2; parts <= count; parts++) {
    const next = new Float64Array(end + 1).fill(Number.POSITIVE_INFINITY);
    const lastCut = new Uint32Array(end + 1);
    for (let to = parts; to <= end; to++) {
      for (let from = parts - 1; from < to; from++) {
        const cost = cheapest[from]! + costs[from]![to]!;
        if (cost >= next[to]!) continue;
        next[to] = cost;
        lastCut[to] = from;
      }
    }
    lastCuts.push(lastCut);
    cheapest = next;
  }

  const ranges: (readonly [number, number])[] = [];
  let to = end;
  for (const lastCut of lastCuts.toReversed()) {
    ranges.unshift([lastCut[to]!, to]);
    to = lastCut[to]!;
  }
  ranges.unshift([0, to]);
  return ranges;
}

/** Bytes expected to be fetched again in a week, for a layer of the pieces from i up to j. */
function costsOfRanges(pieces: readonly Piece[]): Float64Array[] {
  return pieces.map((_, from) => {
    const costs = new Float64Array(pieces.length + 1);
    let size = 0;
    let rate = 0;
    let ownRate = 0;
    let isCore = false;
    for (let to = from; to < pieces.length; to++) {
      const piece = pieces[to]!;
      size += piece.size;
      rate = Math.max(rate, piece.rate);
      ownRate += piece.ownRate;
      isCore ||= piece.isCore;
      costs[to + 1] = size * changeChance(rate + (to > from ? ownRate : 0), isCore);
    }
    return costs;
  });
}
