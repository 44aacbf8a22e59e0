import * as http from "node:http";
import * as https from "node:https";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent one after the other; `content-length` is their sum. */
  readonly body?: readonly Uint8Array[] | undefined;
  /** In milliseconds; how long nothing at all may move. */
  readonly idleTimeout: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Rejects when the connection breaks or nothing comes for `idleTimeout` while it is read. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection of a body that is not read to its end. */
  readonly close: () => void;
}

/** What a connection that stands still fails with. */
export class StallError extends Error {
  override readonly name = "StallError";
  readonly code = "ETIMEDOUT";

  constructor(milliseconds: number) {
    super(`nothing moved for ${milliseconds / 1000} s`);
  }
}

/** One request and its response, over Node's own connections. */
export function exchange(request: HttpRequest): Promise<HttpResponse> {
  const { method, url, headers, body = [], idleTimeout, signal } = request;
  const length = body.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const outgoing = (url.protocol === "https:" ? https : http).request(url, {
    method,
    headers: hasBody(method) ? { ...headers, "content-length": `${length}` } : headers,
    timeout: idleTimeout,
    ...(signal === undefined ? {} : { signal }),
  });
  outgoing.on("timeout", () => outgoing.destroy(new StallError(idleTimeout)));
  outgoing.on("error", reject);
  outgoing.on("response", (incoming) => {
    // From here on the reader's pace decides; `watched` looks after the body.
    outgoing.setTimeout(0);
    resolve({
      status: incoming.statusCode ?? 0,
      header: (name) => incoming.headersDistinct[name]?.join(","),
      body: watched(incoming, idleTimeout),
      close: () => incoming.destroy(),
    });
  });
  for (const bytes of body) {
    outgoing.write(bytes);
  }
  outgoing.end();
  return promise;
}

function hasBody(method: string): boolean {
  return method === "POST" || method === "PUT";
}

/** The chunks of `incoming`, whose sender may not pause longer than its reader may. */
async function* watched(
  incoming: http.IncomingMessage,
  idleTimeout: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting = true;
  const timer = setTimeout(() => {
    if (waiting) {
      incoming.destroy(new StallError(idleTimeout));
    }
  }, idleTimeout);
  try {
    for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
      waiting = false;
      yield chunk;
      waiting = true;
      timer.refresh();
    }
  } finally {
    clearTimeout(timer);
  }
}
