/** An HTTP request without the server that received it. */
export interface RegistryRequest {
  readonly method: string;
  /** Request target as it was sent: percent-encoded path and query. */
  readonly url: string;
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** An HTTP response without the server that sends it. */
export interface RegistryResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Absent where HTTP allows none, as for `HEAD`. When a stream fails or is not read to its end, the
   * connection must be closed: a truncated response must not look complete.
   */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** @defaultValue no limit */
  readonly idle?: IdleLimit | undefined;
}

/** How long a client may read nothing of its response. */
export interface IdleLimit {
  /** In milliseconds; `Infinity` for no limit. */
  readonly timeout: number;
  /** To be called once when the limit is reached; the face also aborts the read and closes the connection. */
  onReached(): void;
}

export interface HandleOptions {
  /** Aborted when the client disconnects; aborts the reads that serve this request. */
  readonly signal?: AbortSignal | undefined;
}

/** The registry as a function from requests to responses; a face puts it on a server. */
export interface RegistryHandler {
  /**
   * Responds to a request. Resolves to `undefined` when its path is not below `/v2`, so that the
   * server may have other pages. Rejects with `signal.reason` when aborted, and for no other reason.
   */
  handle(request: RegistryRequest, options?: HandleOptions): Promise<RegistryResponse | undefined>;
}
