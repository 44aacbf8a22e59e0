import { createReadStream } from "node:fs";
import { describeUrl } from "./location.ts";
import { PopcountError, reasonOf } from "./popcount-error.ts";
import { Transient, createRetry, parseRetryAfter, type RetryOptions } from "./retry.ts";

/** How patient to be with a server. */
export interface ReaderOptions extends RetryOptions {
  /**
   * Milliseconds without any sign of life from a server after which an attempt has failed.
   * @defaultValue 30000
   */
  readonly timeout?: number | undefined;
  /**
   * Milliseconds that one attempt may take in all, however lively the server is.
   * @defaultValue no limit
   */
  readonly deadline?: number | undefined;
}

/** A body on its way, and where it came from after redirects. */
export interface OpenBody {
  readonly url: URL;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Reads http, https and file URLs, over connections that are kept open. */
export interface Reader {
  /**
   * Hands the body of `url` to `use`, again from the start when it breaks; `undefined` when there
   * is no such thing.
   *
   * @throws PopcountError `ERR_POPCOUNT_UNAVAILABLE`, and whatever `use` throws.
   */
  open<Result>(
    url: URL,
    use: (body: OpenBody) => Promise<Result>,
    options: { readonly signal: AbortSignal },
  ): Promise<Result | undefined>;
}

/** Nix, too, takes 403 for absence: a bucket that may not be listed answers so. */
const absent = new Set([403, 404, 410]);

export function createReader(options: ReaderOptions = {}): Reader {
  const retry = createRetry(options);
  const { timeout = 30_000, deadline } = options;
  return {
    open(url, use, { signal }) {
      const attempt =
        url.protocol === "file:"
          ? () => openFile(url, use, signal)
          : () => openHttp(url, use, { timeout, deadline, signal });
      return retry(describeUrl(url), attempt, { signal });
    },
  };
}

interface HttpOptions {
  readonly timeout: number;
  readonly deadline: number | undefined;
  readonly signal: AbortSignal;
}

async function openHttp<Result>(
  url: URL,
  use: (body: OpenBody) => Promise<Result>,
  { timeout, deadline, signal }: HttpOptions,
): Promise<Result | undefined> {
  // A controller of its own for each request: AbortSignal.any would tie every one of them to the
  // long-lived signal.
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const expire = (what: string, after: number): void =>
    controller.abort(new Transient(`${what} within ${after / 1000} seconds`));
  const timer = setTimeout(expire, timeout, "no answer", timeout);
  const end =
    deadline === undefined ? undefined : setTimeout(expire, deadline, "not complete", deadline);
  try {
    const response = await fetch(withoutCredentials(url), {
      headers: authorization(url),
      signal: controller.signal,
    });
    timer.refresh();
    if (absent.has(response.status)) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw failed(url, response);
    }
    const bytes = watched(response.body ?? [], () => timer.refresh());
    return await use({ url: new URL(response.url), bytes });
  } catch (error) {
    // Frees the connection when the body was not read at all.
    controller.abort();
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(end);
    signal.removeEventListener("abort", abort);
  }
}

async function* watched(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    onChunk();
    yield chunk;
  }
}

function failed(url: URL, response: Response): Error {
  const { status } = response;
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    const after = parseRetryAfter(response.headers.get("retry-after"), Date.now());
    return new Transient(`HTTP status ${status}`, after);
  }
  return new PopcountError(
    "ERR_POPCOUNT_UNAVAILABLE",
    `${describeUrl(url)} answers with HTTP status ${status}; check the URL and its credentials`,
  );
}

/** fetch refuses URLs that hold a user and a password. */
function withoutCredentials(url: URL): URL {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain;
}

function authorization(url: URL): Record<string, string> {
  if (url.username === "" && url.password === "") {
    return {};
  }
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

async function openFile<Result>(
  url: URL,
  use: (body: OpenBody) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  let fileError: unknown;
  const stream = createReadStream(url, { signal });
  stream.once("error", (error) => {
    fileError = error;
  });
  try {
    return await use({ url, bytes: stream });
  } catch (error) {
    if (error !== fileError) {
      throw error;
    }
    if (isMissing(error)) {
      return undefined;
    }
    throw new PopcountError(
      "ERR_POPCOUNT_UNAVAILABLE",
      `${describeUrl(url)} cannot be read (${reasonOf(error)})`,
      { cause: error },
    );
  } finally {
    stream.destroy();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/**
 * The text of a body that must be small.
 *
 * @throws PopcountError `ERR_POPCOUNT_TOO_LARGE` once there is more of it than `maxBytes`.
 */
export async function readText(body: OpenBody, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body.bytes) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new PopcountError(
        "ERR_POPCOUNT_TOO_LARGE",
        `${describeUrl(body.url)} is larger than the limit of ${maxBytes} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
