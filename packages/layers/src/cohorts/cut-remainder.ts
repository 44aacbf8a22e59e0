import { changeChance } from "./change-rates.ts";
import { type Cohort, cohortChangeChance } from "./cohort.ts";

/** Layers that cohorts without a layer of their own share. */
export interface Cut {
  /** The nodes of each layer. */
  readonly layers: readonly (readonly number[])[];
  /** Bytes expected to be fetched in a week only because others in the layer changed. */
  readonly weeklyWaste: number;
}

/** Consecutive cohorts that are not cut apart. */
interface Piece {
  readonly nodes: readonly number[];
  readonly size: number;
  readonly rate: number;
  readonly ownRate: number;
  readonly isCore: boolean;
}

/** Pieces at most, so that the time stays linear. */
const maxPieces = 256;

/** The order in which cohorts are cut: neighbours change about as often. */
export function byChangeRate(a: Cohort, b: Cohort): number {
  return Number(a.isCore) - Number(b.isCore) || a.rate - b.rate || a.nodes[0]! - b.nodes[0]!;
}

/**
 * Cuts cohorts into at most `count` layers, with the least waste of all cuts in this order (dynamic
 * programming over the places to cut).
 *
 * @param cohorts at least one, in the order of {@link byChangeRate}
 */
export function cutRemainder(cohorts: readonly Cohort[], count: number): Cut {
  const pieces = toPieces(cohorts);
  const { ranges, weeklyBytes } = bestRanges(pieces, Math.min(count, pieces.length));
  return {
    layers: ranges.map(([from, to]) => pieces.slice(from, to).flatMap(({ nodes }) => nodes)),
    weeklyWaste: cohorts.reduce(
      (waste, cohort) => waste - cohort.size * cohortChangeChance(cohort),
      weeklyBytes,
    ),
  };
}

function toPieces(cohorts: readonly Cohort[]): Piece[] {
  const length = Math.ceil(cohorts.length / maxPieces);
  if (length === 1) {
    return [...cohorts];
  }
  const pieces: Piece[] = [];
  for (let start = 0; start < cohorts.length; start += length) {
    const group = cohorts.slice(start, start + length);
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

interface Ranges {
  /** First piece and the one after the last of each layer. */
  readonly ranges: readonly (readonly [number, number])[];
  readonly weeklyBytes: number;
}

function bestRanges(pieces: readonly Piece[], count: number): Ranges {
  const end = pieces.length;
  const bytes = pieces.map((_, from) => bytesOfRanges(pieces, from));
  let least = bytes[0]!;
  const lastCuts: Uint32Array[] = [];
  for (let parts = 2; parts <= count; parts++) {
    const next = new Float64Array(end + 1).fill(Number.POSITIVE_INFINITY);
    const lastCut = new Uint32Array(end + 1);
    for (let to = parts; to <= end; to++) {
      for (let from = parts - 1; from < to; from++) {
        const sum = least[from]! + bytes[from]![to]!;
        if (sum >= next[to]!) {
          continue;
        }
        next[to] = sum;
        lastCut[to] = from;
      }
    }
    lastCuts.push(lastCut);
    least = next;
  }

  const ranges: (readonly [number, number])[] = [];
  let to = end;
  for (const lastCut of lastCuts.toReversed()) {
    ranges.unshift([lastCut[to]!, to]);
    to = lastCut[to]!;
  }
  return { ranges: [[0, to], ...ranges], weeklyBytes: least[end]! };
}

/** For every end the bytes expected to be fetched in a week of a layer from `from` up to that end. */
function bytesOfRanges(pieces: readonly Piece[], from: number): Float64Array {
  const bytes = new Float64Array(pieces.length + 1);
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
    const isMixed = to > from || piece.nodes.length > 1;
    bytes[to + 1] = size * changeChance(isMixed ? rate + ownRate : rate, isCore);
  }
  return bytes;
}
