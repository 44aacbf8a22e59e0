import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** A failure of the server. */
export type Fault = "500" | "503" | "429" | "reset" | "cut" | "cut-chunked" | "late" | "silent";

export interface FlakyServerOptions {
  /** Bodies by path; others are 404. May change while the server runs. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** @param attempt - 1 for the first request for this path */
  readonly fault?: ((path: string, attempt: number) => Fault | undefined) | undefined;
  readonly onRequest?: ((path: string, total: number) => void) | undefined;
  /** Responds instead of all of the above where it returns true. */
  readonly handle?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** `Retry-After` of 429. */
  readonly retryAfter?: string | undefined;
}

export interface FlakyServer extends AsyncDisposable {
  readonly url: string;
  /** Requests for each path. */
  readonly requests: Map<string, number>;
  /** How often each fault was injected. */
  readonly faults: Map<Fault, number>;
  /** Connections opened so far. */
  connections(): number;
  /** The largest number of concurrent requests. */
  mostAtOnce(): number;
}

/** A file server on this machine that injects errors and latency. */
export async function startFlakyServer(options: FlakyServerOptions): Promise<FlakyServer> {
  const requests = new Map<string, number>();
  const faults = new Map<Fault, number>();
  let connections = 0;
  let total = 0;
  let now = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const attempt = (requests.get(path) ?? 0) + 1;
    requests.set(path, attempt);
    most = Math.max(most, ++now);
    // "finish" comes before the client can see the end; a broken response has "close" alone.
    let isEnded = false;
    const end = (): void => {
      now -= isEnded ? 0 : 1;
      isEnded = true;
    };
    response.once("finish", end).once("close", end);
    options.onRequest?.(path, ++total);
    if (options.handle?.(request, response) === true) {
      return;
    }
    const fault = options.fault?.(path, attempt);
    if (fault !== undefined) {
      faults.set(fault, (faults.get(fault) ?? 0) + 1);
    }
    const body = options.files.get(path);
    respond(response, body === undefined ? undefined : Buffer.from(body), fault, options);
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The server has no port.");
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    faults,
    connections: () => connections,
    mostAtOnce: () => most,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function respond(
  response: ServerResponse,
  body: Buffer | undefined,
  fault: Fault | undefined,
  { retryAfter = "0" }: FlakyServerOptions,
): void {
  switch (fault) {
    case "silent":
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "500":
    case "503":
      response.writeHead(Number(fault)).end("out of order");
      return;
    case "429":
      response.writeHead(429, { "retry-after": retryAfter }).end();
      return;
    case "cut":
    case "cut-chunked":
      if (body !== undefined) {
        response.writeHead(200, fault === "cut" ? { "content-length": body.length } : {});
        response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
        return;
      }
      break;
    case "late":
      setTimeout(() => plain(response, body), 20);
      return;
    case undefined:
      break;
  }
  plain(response, body);
}

function plain(response: ServerResponse, body: Buffer | undefined): void {
  if (body === undefined) {
    response.writeHead(404).end();
  } else {
    response.writeHead(200, { "content-length": body.length }).end(body);
  }
}
