import * as http from "node:http";
import * as https from "node:https";
import { StallError, streamChunks } from "@nixery/storage/remote";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent one after the other; `content-length` is their sum. */
  readonly body?: readonly Uint8Array[] | undefined;
  /** In milliseconds; how long the connection may be idle. */
  readonly idleTimeout: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Rejects when the connection breaks, or is idle for `idleTimeout` while it is read. */
  readonly body: AsyncIterable<Uint8Array>;
  header(name: string): string | undefined;
  /** Closes the connection of a body that is not read to its end. */
  close(): void;
}

/** Sends one request over Node's own connections. */
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
    // From here on only the reader may pause.
    outgoing.setTimeout(0);
    resolve({
      status: incoming.statusCode ?? 0,
      body: streamChunks(incoming, { idleTimeout }),
      header: (name) => incoming.headersDistinct[name]?.join(","),
      close: () => {
        incoming.destroy();
      },
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
