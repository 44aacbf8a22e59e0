import { decompressIfXz, readLines } from "@nixery/binary-cache";
import { compareText } from "@nixery/kit/compare-text";
import { quote } from "@nixery/kit/quote";
import { isDerivation, storePathBase } from "@nixery/store-path";
import { ownCopy } from "./own-copy.ts";
import { PopcountError } from "./popcount-error.ts";

/** The store paths to count, independent of the order and repetitions of the list. */
export interface StorePathList {
  /** `<hash>-<name>`, ascending, each once. */
  readonly bases: readonly string[];
  /** Derivations (`.drv`) in the list; left out, because they refer to what a build needs. */
  readonly derivations: number;
}

/**
 * Reads a list of store paths, one a line, plain or compressed with xz. Keeps only the paths, about
 * 100 bytes each.
 *
 * @throws PopcountError `ERR_POPCOUNT_INVALID_LIST`
 */
export async function readStorePathList(source: AsyncIterable<Uint8Array>): Promise<StorePathList> {
  const found: string[] = [];
  let derivations = 0;
  let number = 0;
  const tooLong = (): PopcountError => invalid(`line ${number + 1} is longer than 64 KiB`);
  for await (const line of readLines(decompressIfXz(source), tooLong)) {
    number += 1;
    const path = line.trim();
    if (path === "") {
      continue;
    }
    const base = storePathBase(path);
    if (base === undefined) {
      throw invalid(`line ${number} is not a store path: ${quote(path)}`);
    }
    if (isDerivation(base)) {
      derivations += 1;
    } else {
      found.push(ownCopy(base));
    }
  }
  const bases = [...new Set(found)].toSorted(compareText);
  const clash = bases.find((base, index) => hashOf(base) === hashOf(bases[index + 1]));
  if (clash !== undefined) {
    throw invalid(`two paths have the hash of ${quote(clash)}`, "Remove one of them");
  }
  if (bases.length === 0) {
    throw invalid("it contains no store path", "Check its location");
  }
  return { bases, derivations };
}

function hashOf(base: string | undefined): string | undefined {
  return base?.slice(0, 32);
}

function invalid(reason: string, remedy: string = "Write one store path a line"): PopcountError {
  return new PopcountError("ERR_POPCOUNT_INVALID_LIST", {
    message: `The list of store paths is invalid: ${reason}. ${remedy}.`,
  });
}
