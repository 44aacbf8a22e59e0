import {
  createReader,
  describeUrl,
  parseLocation,
  type ReaderOptions,
  readText,
} from "@nixery/binary-cache";
import type { Popularity } from "@nixery/layers";
import { parsePopularity } from "./parse-popularity.ts";
import { PopcountError } from "./popcount-error.ts";

export interface LoadPopularityOptions extends ReaderOptions {
  /**
   * Largest size to read, in bytes.
   * @defaultValue 33554432 (32 MiB; all of nixpkgs takes about 5)
   */
  readonly maxBytes?: number | undefined;
  /** Aborts the reading; the promise then rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads popularity data once.
 *
 * @param location - http, https or file URL, or a file path
 * @throws PopcountError or BinaryCacheError, with the location in the message but without its user,
 *   password and query.
 */
export async function loadPopularity(
  location: string | URL,
  options: LoadPopularityOptions = {},
): Promise<Popularity> {
  const { maxBytes = 32 * 1024 * 1024 } = options;
  const url = parseLocation(location);
  const reader = createReader(options);
  const text = await reader.open(url, async (body) => await readText(body, maxBytes), options);
  if (text === undefined) {
    throw new PopcountError("ERR_POPCOUNT_NOT_FOUND", {
      message: `No popularity data at "${describeUrl(url)}". Check the location.`,
    });
  }
  return parsePopularity(text, describeUrl(url));
}
