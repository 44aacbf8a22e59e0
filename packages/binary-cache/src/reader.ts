import { describeUrl } from "./location.ts";
import type { OpenBody } from "./open-body.ts";
import { readFile } from "./read-file.ts";
import { readHttp } from "./read-http.ts";
import { createRetry, type RetryOptions } from "./retry.ts";

export interface ReaderOptions extends RetryOptions {
  /**
   * Milliseconds without data from a server after which an attempt fails.
   * @defaultValue 30000
   */
  readonly idleTimeout?: number | undefined;
  /**
   * Milliseconds after which an attempt fails even while data arrives.
   * @defaultValue no limit
   */
  readonly deadline?: number | undefined;
}

/** Reads http, https and file URLs, over connections that are kept open. */
export interface Reader {
  /**
   * Calls `use` with the body of `url`, again and from the start when reading fails. Resolves with
   * its result, or with `undefined` when the file does not exist. Errors of `use` itself are passed
   * on at once, except for an invalid narinfo: that may be the error page of a proxy.
   *
   * @throws BinaryCacheError `ERR_BINARY_CACHE_UNAVAILABLE`
   */
  open<Result>(
    url: URL,
    use: (body: OpenBody) => Promise<Result>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Result | undefined>;
}

/** @throws BinaryCacheError `ERR_BINARY_CACHE_INVALID_OPTION` */
export function createReader(options: ReaderOptions = {}): Reader {
  const retry = createRetry(options);
  const { idleTimeout = 30_000, deadline } = options;
  return {
    async open(url, use, { signal } = {}) {
      const attempt = () =>
        url.protocol === "file:"
          ? readFile(url, use, signal)
          : readHttp(url, use, { idleTimeout, deadline, signal });
      return await retry(describeUrl(url), attempt, { signal });
    },
  };
}
