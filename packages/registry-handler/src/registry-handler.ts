/** An HTTP request without the server it came from. */
export interface RegistryRequest {
  readonly method: string;
  /** Request target as it was sent: percent-encoded path and query. */
  readonly url: string;
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** An HTTP response without the server it goes to. */
export interface RegistryResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Absent where HTTP allows none, as for `HEAD`. A stream that fails, or was not read to its end,
   * has to cut the connection: a short answer must not look whole.
   */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** @defaultValue no limit */
  readonly idle?: IdleLimit | undefined;
}

/** How long a client may take nothing of its response. */
export interface IdleLimit {
  /** In milliseconds; `Infinity` is no limit. */
  readonly timeout: number;
  /** To be called when the limit is reached; the face also ends the read and cuts the connection. */
  readonly onReached: () => void;
}

export interface HandleOptions {
  /** Aborted when the client has left; ends the reads that serve this request. */
  readonly signal?: AbortSignal | undefined;
}

/** The registry as a function from requests to responses; a face puts it on a server. */
export interface RegistryHandler {
  /**
   * Answers a request, or resolves to `undefined` when its path is not below `/v2`, so that the
   * server may have other pages. Every other request has a response; it rejects with
   * `signal.reason` when aborted and for no other reason.
   */
  handle(request: RegistryRequest, options?: HandleOptions): Promise<RegistryResponse | undefined>;
}

/** The value of a header, repeated ones joined as in RFC 9110, 5.3. */
export function headerOf(request: RegistryRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "object" ? value.join(", ") : value;
}
