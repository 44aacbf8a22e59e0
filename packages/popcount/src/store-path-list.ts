import { readLines } from "./lines.ts";
import { ownCopy } from "./own-copy.ts";
import { PopcountError } from "./popcount-error.ts";
import { isDerivation, storePathBase } from "./store-path.ts";
import { decompressIfXz } from "./xz.ts";

/** The store paths to count, whatever the order and the repetitions in the list they came from. */
export interface StorePathList {
  /** `<hash>-<name>`, ascending, each once. */
  readonly basenames: readonly string[];
  /** How many derivations (`.drv`) the list held; they use what a build needs and are left out. */
  readonly derivations: number;
}

/**
 * Reads a list of store paths, one a line, plain or compressed with xz. Only the paths are kept,
 * about 100 bytes each.
 *
 * @throws PopcountError `ERR_POPCOUNT_INVALID_LIST` for a line that is not a store path, two paths
 *   with one hash, or an empty list.
 */
export async function readStorePathList(source: AsyncIterable<Uint8Array>): Promise<StorePathList> {
  const found: string[] = [];
  let derivations = 0;
  let number = 0;
  for await (const line of readLines(decompressIfXz(source))) {
    number += 1;
    const path = line.trim();
    if (path === "") {
      continue;
    }
    const basename = storePathBase(path);
    if (basename === undefined) {
      throw invalid(`line ${number} is not a store path: ${JSON.stringify(path.slice(0, 80))}`);
    }
    if (isDerivation(basename)) {
      derivations += 1;
    } else {
      found.push(ownCopy(basename));
    }
  }
  const basenames = [...new Set(found)].toSorted();
  const clash = basenames.find((path, index) => hashOf(path) === hashOf(basenames[index + 1]));
  if (clash !== undefined) {
    throw invalid(`two paths have the hash of ${clash}`);
  }
  if (basenames.length === 0) {
    throw invalid("there is no store path in it");
  }
  return { basenames, derivations };
}

function hashOf(basename: string | undefined): string | undefined {
  return basename?.slice(0, 32);
}

function invalid(what: string): PopcountError {
  return new PopcountError(
    "ERR_POPCOUNT_INVALID_LIST",
    `the list of store paths is wrong: ${what}`,
  );
}
