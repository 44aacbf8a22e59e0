import { describeUrl, parseLocation } from "./location.ts";
import { parsePopularity, type PopularityData } from "./parse-popularity.ts";
import { PopcountError, isPopcountError } from "./popcount-error.ts";
import { createReader, readText, type ReaderOptions } from "./reader.ts";

/** How to read popularity data. */
export interface LoadPopularityOptions extends ReaderOptions {
  /**
   * Largest size that is read, in bytes.
   * @defaultValue 33554432 (32 MiB; all of nixpkgs takes about 5)
   */
  readonly maxBytes?: number | undefined;
  /** Ends it; the promise then rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads popularity data once.
 *
 * @param location http, https or file URL, or a file path.
 * @throws PopcountError naming the location, without user, password and query.
 */
export async function loadPopularity(
  location: string | URL,
  options: LoadPopularityOptions = {},
): Promise<PopularityData> {
  const { maxBytes = 32 * 1024 * 1024, signal = new AbortController().signal } = options;
  const url = parseLocation(location);
  const text = await createReader(options).open(url, (body) => readText(body, maxBytes), {
    signal,
  });
  if (text === undefined) {
    throw new PopcountError(
      "ERR_POPCOUNT_NOT_FOUND",
      `there is no popularity data at ${describeUrl(url)}; check the location`,
    );
  }
  try {
    return parsePopularity(text);
  } catch (error) {
    if (isPopcountError(error)) {
      throw new PopcountError(error.code, `${describeUrl(url)}: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
