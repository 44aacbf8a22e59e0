import { ApiError, type Bucket } from "@google-cloud/storage";
import { collect } from "@nixery/kit/collect";
import { errnoOf } from "@nixery/kit/errno-of";
import type { Fields } from "@nixery/kit/is-record";
import { oneLine } from "@nixery/kit/one-line";
import { reasonOf } from "@nixery/kit/reason-of";
import { unlessAborted } from "@nixery/kit/unless-aborted";
import { StorageError } from "@nixery/storage";
import { type Operation, recover, StallError } from "@nixery/storage/remote";
import { parseFields } from "./fields.ts";
import { CredentialsError, ServiceError, toStorageError } from "./gcs-error.ts";
import { exchange, type HttpResponse } from "./http-exchange.ts";

/** The service as one backend sees it. */
export interface GcsClient {
  /** Sends a request until its response has an expected status, as often as the library would. */
  send(request: GcsRequest): Promise<HttpResponse>;
  /** The same, with the whole response as text. */
  text(request: GcsRequest): Promise<GcsText>;
  /** Waits before attempt `failures` + 1, or throws `error` as a `StorageError`. */
  recover(error: unknown, failures: number, request: GcsRequest): Promise<void>;
  /** URL of an API method below the bucket. */
  url(path: string, query?: GcsQuery): URL;
  /** URL of an API method that takes an object's bytes. */
  uploadUrl(query: GcsQuery): URL;
}

export type GcsQuery = Readonly<Record<string, string | undefined>>;

export interface GcsText {
  readonly status: number;
  readonly text: string;
  /** Whether an earlier attempt failed: the service may have done what it was asked then. */
  readonly isRepeated: boolean;
  /** The text as a JSON object; throws `ERR_STORAGE_UNAVAILABLE` when it is something else. */
  fields(): Fields;
  header(name: string): string | undefined;
}

export interface GcsRequest {
  readonly operation: Operation;
  readonly method: "DELETE" | "GET" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: readonly Uint8Array[] | undefined;
  /** The expected statuses; every other one is an error. */
  readonly accept: readonly number[];
  /** @defaultValue the number of retries that the client library is configured for */
  readonly maxRetries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Requests with the endpoint, the credentials and the retry rule of `bucket`. They use Node's own
 * connections because those of the client library cannot be aborted (docs/decisions).
 */
export function createGcsClient(bucket: Bucket, idleTimeout: number): GcsClient {
  const { storage } = bucket;
  const { retryOptions } = storage;
  // Read once: the library switches it off and on again around its own requests.
  const mayRetry = retryOptions.autoRetry !== false;
  const path = `b/${encodeURIComponent(bucket.name)}`;

  const authorization = async (url: URL): Promise<Readonly<Record<string, string>>> => {
    // As in the library: another endpoint is an emulator, unless the options state otherwise.
    if (storage.customEndpoint && storage.useAuthWithCustomEndpoint !== true) {
      return {};
    }
    try {
      return Object.fromEntries(await storage.authClient.getRequestHeaders(url.href));
    } catch (error) {
      throw isConnectionProblem(error)
        ? error
        : new CredentialsError(oneLine(reasonOf(error)), { cause: error });
    }
  };

  const sendOnce = async (request: GcsRequest): Promise<HttpResponse> => {
    const { method, url, headers, body, accept, signal } = request;
    const response = await exchange({
      method,
      url,
      headers: { ...(await unlessAborted(authorization(url), signal)), ...headers },
      body,
      idleTimeout,
      signal,
    });
    if (!accept.includes(response.status)) {
      throw new ServiceError(response.status, await readText(response));
    }
    return response;
  };

  const sendUntil = async <T>(
    request: GcsRequest,
    receive: (response: HttpResponse, failures: number) => Promise<T>,
  ): Promise<T> => {
    for (let failures = 0; ;) {
      request.signal?.throwIfAborted();
      try {
        return await receive(await sendOnce(request), failures);
      } catch (error) {
        failures += 1;
        await client.recover(error, failures, request);
      }
    }
  };

  const isRetryable = (error: unknown): boolean => {
    const known =
      error instanceof Error ? Object.assign(new ApiError(error.message), error) : undefined;
    return (
      known !== undefined &&
      (error instanceof StallError || retryOptions.retryableErrorFn?.(known) === true)
    );
  };

  const client: GcsClient = {
    url: (rest, query = {}) =>
      withQuery(`${storage.apiEndpoint}/storage/v1/${path}/${rest}`, query, bucket.userProject),
    uploadUrl: (query) =>
      withQuery(`${storage.apiEndpoint}/upload/storage/v1/${path}/o`, query, bucket.userProject),
    async recover(error, failures, { operation, maxRetries, signal }) {
      const { retryDelayMultiplier = 2, maxRetryDelay = 64 } = retryOptions;
      const bound = maxRetries ?? retryOptions.maxRetries ?? 3;
      await recover({
        failure: toStorageError(error, operation),
        isWorthwhile: mayRetry && failures <= bound && isRetryable(error),
        maxDelay: 1000 * Math.min(maxRetryDelay, retryDelayMultiplier ** (failures - 1)),
        signal,
      });
    },
    send: (request) => sendUntil(request, async (response) => response),
    text: (request) =>
      sendUntil(request, async (response, failures) => {
        const text = await readText(response);
        return {
          status: response.status,
          text,
          isRepeated: failures > 0,
          header: (name) => response.header(name),
          fields: () => fieldsOf(text, request.operation),
        };
      }),
  };
  return client;
}

function fieldsOf(text: string, operation: Operation): Fields {
  try {
    return parseFields(text);
  } catch (error) {
    const { backend, key } = operation;
    throw new StorageError("ERR_STORAGE_UNAVAILABLE", {
      backend,
      key,
      message: `The response of ${backend} is not JSON. Check the endpoint and for a proxy.`,
      cause: error,
    });
  }
}

/** More than any response of the API, including a page of a listing. */
const maxTextBytes = 16 * 1024 * 1024;

/** The whole body, as text. */
export async function readText({ body }: HttpResponse): Promise<string> {
  const tooLong = (): Error => new Error(`the response has more than ${maxTextBytes} bytes`);
  return Buffer.from(await collect(body, maxTextBytes, tooLong)).toString();
}

function isConnectionProblem(error: unknown): boolean {
  return /^(?:EAI_AGAIN|ECONN|EHOST|ENET|ENOTFOUND|EPIPE|ETIMEDOUT)/.test(errnoOf(error) ?? "");
}

function withQuery(base: string, query: GcsQuery, userProject: string | undefined): URL {
  const url = new URL(base);
  for (const [name, value] of Object.entries({ ...query, userProject })) {
    if (value !== undefined) {
      url.searchParams.set(name, value);
    }
  }
  return url;
}
