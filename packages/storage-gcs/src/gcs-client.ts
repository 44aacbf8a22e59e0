import { ApiError, type Bucket } from "@google-cloud/storage";
import {
  abandonable,
  backOff,
  oneLine,
  type Operation,
  StallError,
  textOf,
} from "@nixery/storage/remote";
import { type Fields, isFields, parseFields } from "./fields.ts";
import { CredentialsError, ServiceError, toStorageError } from "./gcs-error.ts";
import { exchange, type HttpResponse } from "./http-exchange.ts";

/** The service as one backend sees it. */
export interface GcsClient {
  /** Sends a request until it is answered as asked, as often as the client library would. */
  send(request: GcsRequest): Promise<HttpResponse>;
  /** The same, with the whole answer as text. */
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
  /** The text as a JSON object; throws `ERR_STORAGE_UNAVAILABLE` when it is something else. */
  readonly fields: () => Fields;
  readonly header: HttpResponse["header"];
}

export interface GcsRequest {
  readonly operation: Operation;
  readonly method: "DELETE" | "GET" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: readonly Uint8Array[] | undefined;
  /** The statuses that answer the request; every other one is an error. */
  readonly accept: readonly number[];
  /** @defaultValue the number of retries that the client library is set to */
  readonly retries?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Requests in the name of `bucket`: its endpoint, its credentials, its rule for retries. They go
 * over Node's own connections because the client library's cannot be aborted (docs/decisions).
 */
export function createGcsClient(bucket: Bucket, idleTimeout: number): GcsClient {
  const { storage } = bucket;
  const { retryOptions } = storage;
  // Read once: the library switches it off and on again around its own requests.
  const autoRetry = retryOptions.autoRetry !== false;
  const path = `b/${encodeURIComponent(bucket.name)}`;

  const authorization = async (url: URL): Promise<Readonly<Record<string, string>>> => {
    // As the library does: another endpoint is an emulator, unless the caller says otherwise.
    if (storage.customEndpoint && storage.useAuthWithCustomEndpoint !== true) {
      return {};
    }
    try {
      return Object.fromEntries(await storage.authClient.getRequestHeaders(url.href));
    } catch (error) {
      throw isConnectionProblem(error)
        ? error
        : new CredentialsError(oneLine(textOf(error)), { cause: error });
    }
  };

  const once = async (request: GcsRequest): Promise<HttpResponse> => {
    const { method, url, headers, body, accept, signal } = request;
    const response = await exchange({
      method,
      url,
      headers: { ...(await abandonable(authorization(url), signal)), ...headers },
      body,
      idleTimeout,
      signal,
    });
    if (!accept.includes(response.status)) {
      throw new ServiceError(response.status, await readText(response));
    }
    return response;
  };

  const mayRetry = (error: unknown): boolean => {
    const known =
      error instanceof Error ? Object.assign(new ApiError(error.message), error) : undefined;
    return (
      autoRetry &&
      known !== undefined &&
      (error instanceof StallError || retryOptions.retryableErrorFn?.(known) === true)
    );
  };

  const client: GcsClient = {
    url: (rest, query = {}) =>
      withQuery(`${storage.apiEndpoint}/storage/v1/${path}/${rest}`, query, bucket.userProject),
    uploadUrl: (query) =>
      withQuery(`${storage.apiEndpoint}/upload/storage/v1/${path}/o`, query, bucket.userProject),
    async recover(error, failures, { operation, retries, signal }) {
      signal?.throwIfAborted();
      const { maxRetries = 3, retryDelayMultiplier = 2, maxRetryDelay = 64 } = retryOptions;
      if (failures > (retries ?? maxRetries) || !mayRetry(error)) {
        throw toStorageError(error, operation);
      }
      // Half of it by chance, so that clients that failed together do not come back together.
      const seconds = Math.min(maxRetryDelay, retryDelayMultiplier ** (failures - 1));
      await backOff(seconds * (500 + Math.random() * 500), signal);
    },
    async send(request) {
      for (let failures = 1; ; failures += 1) {
        request.signal?.throwIfAborted();
        try {
          return await once(request);
        } catch (error) {
          await client.recover(error, failures, request);
        }
      }
    },
    async text(request) {
      for (let failures = 1; ; failures += 1) {
        request.signal?.throwIfAborted();
        try {
          const response = await once(request);
          const { status, header } = response;
          const text = await readText(response);
          return { status, header, text, fields: () => fieldsOf(text, request.operation) };
        } catch (error) {
          await client.recover(error, failures, request);
        }
      }
    },
  };
  return client;
}

function fieldsOf(text: string, operation: Operation): Fields {
  try {
    return parseFields(text);
  } catch (error) {
    throw toStorageError(new Error("the answer is not the service's", { cause: error }), operation);
  }
}

/** In bytes; more than any answer of the API has, a page of a listing included. */
const textLimit = 16 * 1024 * 1024;

/** The whole body, as text. */
export async function readText({ body, close }: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > textLimit) {
      close();
      throw new Error(`an answer is longer than ${textLimit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function isConnectionProblem(error: unknown): boolean {
  const code = isFields(error) ? error["code"] : undefined;
  return (
    typeof code === "string" &&
    /^(?:EAI_AGAIN|ECONN|EHOST|ENET|ENOTFOUND|EPIPE|ETIMEDOUT)/.test(code)
  );
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
