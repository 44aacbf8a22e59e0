import { reasonOf } from "@nixery/kit/reason-of";
import { BinaryCacheError } from "./binary-cache-error.ts";
import { describeUrl } from "./location.ts";
import type { OpenBody } from "./open-body.ts";
import { parseRetryAfter, TransientError } from "./retry.ts";

export interface ReadHttpOptions {
  /** Milliseconds. */
  readonly idleTimeout: number;
  /** Milliseconds. */
  readonly deadline: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** As in Nix, 403 means a missing file: S3 returns it for a missing object in a bucket without listing. */
const absent = new Set([403, 404, 410]);

/** Calls `use` with the body of one GET; `undefined` when there is none at `url`. */
export async function readHttp<Result>(
  url: URL,
  use: (body: OpenBody) => Promise<Result>,
  { idleTimeout, deadline, signal }: ReadHttpOptions,
): Promise<Result | undefined> {
  // One controller for each request: AbortSignal.any would tie all of them to the caller's signal.
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const expire = (reason: string): void => controller.abort(new TransientError(reason));
  const idle = setTimeout(expire, idleTimeout, `no data for ${idleTimeout / 1000} s`);
  const end =
    deadline === undefined
      ? undefined
      : setTimeout(expire, deadline, `not complete after ${deadline / 1000} s`);
  try {
    const response = await request(url, controller.signal);
    idle.refresh();
    if (!response.ok) {
      await response.body?.cancel();
      if (absent.has(response.status)) {
        return undefined;
      }
      throw statusError(url, response);
    }
    const bytes = watch(response.body ?? [], () => idle.refresh());
    return await use({ url: new URL(response.url), bytes });
  } catch (error) {
    // Frees the connection of a body that was not read.
    controller.abort();
    throw error;
  } finally {
    clearTimeout(idle);
    clearTimeout(end);
    signal?.removeEventListener("abort", abort);
  }
}

async function request(url: URL, signal: AbortSignal): Promise<Response> {
  const plain = new URL(url);
  // fetch rejects URLs with credentials.
  plain.username = "";
  plain.password = "";
  // Some caches compress files again, by what a client accepts.
  const headers = { ...authorization(url), "accept-encoding": "identity" };
  try {
    return await fetch(plain, { headers, signal });
  } catch (error) {
    throw transient(error);
  }
}

/** The chunks of a body; a failure on the way is worth another attempt. */
async function* watch(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      onChunk();
      yield chunk;
    }
  } catch (error) {
    throw transient(error);
  }
}

function transient(error: unknown): TransientError {
  return error instanceof TransientError
    ? error
    : new TransientError(reasonOf(error), { cause: error });
}

function statusError(url: URL, { status, headers }: Response): Error {
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    const retryAfter = parseRetryAfter(headers.get("retry-after"), Date.now());
    return new TransientError(`HTTP status ${status}`, { retryAfter });
  }
  return new BinaryCacheError("ERR_BINARY_CACHE_UNAVAILABLE", {
    message: `Reading "${describeUrl(url)}" failed with HTTP status ${status}. Check the URL and its credentials.`,
  });
}

function authorization(url: URL): Readonly<Record<string, string>> {
  if (url.username === "" && url.password === "") {
    return {};
  }
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
