import { createHash } from "node:crypto";
import { encodePopularity } from "./encode-popularity.ts";
import { PopcountError, reasonOf } from "./popcount-error.ts";

/** Popularity data that has been checked. */
export interface PopularityData {
  /** Direct users of each name; what `@nixery/layers` takes as its `popularity`. */
  readonly data: ReadonlyMap<string, number>;
  /**
   * SHA-256, 64 hexadecimal digits, of the data in canonical form (see `encodePopularity`). It is
   * part of the keys of caches, since other data makes other layers.
   */
  readonly identity: string;
}

/**
 * Reads the JSON map of names to counts that `NIX_POPULARITY_URL` stands for. Counts are whole
 * numbers from 0; one wrong entry refuses all of it, because data that is wrong once is not to be
 * trusted.
 *
 * @throws PopcountError `ERR_POPCOUNT_INVALID_POPULARITY` naming what is wrong.
 */
export function parsePopularity(text: string): PopularityData {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("it is not a JSON object of names and counts");
  }
  const data = new Map<string, number>();
  for (const [name, count] of Object.entries(value) as [string, unknown][]) {
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
      const shown = JSON.stringify(name.slice(0, 80));
      throw invalid(`the count of ${shown} is not a whole number of at least 0`);
    }
    // JSON has a negative zero, which would make another identity for the same data.
    data.set(name, count === 0 ? 0 : count);
  }
  return { data, identity: createHash("sha256").update(encodePopularity(data)).digest("hex") };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON (${reasonOf(error)})`, error);
  }
}

function invalid(what: string, cause?: unknown): PopcountError {
  return new PopcountError(
    "ERR_POPCOUNT_INVALID_POPULARITY",
    `the popularity data cannot be used: ${what}`,
    { cause },
  );
}
