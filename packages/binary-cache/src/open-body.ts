import { collect } from "@nixery/kit/collect";
import { BinaryCacheError } from "./binary-cache-error.ts";
import { describeUrl } from "./location.ts";

/** The body of a file that is being read. */
export interface OpenBody {
  /** After redirects. */
  readonly url: URL;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The text of a small body.
 *
 * @throws BinaryCacheError `ERR_BINARY_CACHE_TOO_LARGE` once there are more than `maxBytes`.
 */
export async function readText({ url, bytes }: OpenBody, maxBytes: number): Promise<string> {
  const tooLong = (): BinaryCacheError =>
    new BinaryCacheError("ERR_BINARY_CACHE_TOO_LARGE", {
      message: `The file "${describeUrl(url)}" is larger than ${maxBytes} bytes. Check its URL.`,
    });
  return new TextDecoder().decode(await collect(bytes, maxBytes, tooLong));
}
