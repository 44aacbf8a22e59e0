import { isRecord } from "@nixery/kit/is-record";
import { quote } from "@nixery/kit/quote";
import { reasonOf } from "@nixery/kit/reason-of";
import { createPopularity, type Popularity } from "@nixery/layers";
import { PopcountError } from "./popcount-error.ts";

/**
 * Parses the JSON map of names to counts that `NIX_POPULARITY_URL` locates. Counts are whole
 * numbers from 0; one invalid count makes all of the data invalid.
 *
 * @param origin - names the data in messages, such as its location
 * @throws PopcountError `ERR_POPCOUNT_INVALID_POPULARITY`
 */
export function parsePopularity(text: string, origin?: string): Popularity {
  const invalid = (reason: string, cause?: unknown): PopcountError => {
    const subject = origin === undefined ? "Popularity data" : `Popularity data of "${origin}"`;
    return new PopcountError("ERR_POPCOUNT_INVALID_POPULARITY", {
      message: `${subject} is invalid: ${reason}. Use a JSON map of names to counts.`,
      cause,
    });
  };

  const value = parseJson(text, invalid);
  if (!isRecord(value)) {
    throw invalid("it is not a JSON object");
  }
  const counts: [string, number][] = [];
  for (const [name, count] of Object.entries(value)) {
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
      throw invalid(`the count of ${quote(name)} is not a whole number from 0`);
    }
    counts.push([name, count]);
  }
  return createPopularity(counts);
}

function parseJson(text: string, invalid: (reason: string, cause: unknown) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON (${reasonOf(error)})`, error);
  }
}
