import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { RegistryHandler, RegistryResponse } from "./registry-handler.ts";
import { isRegistryUrl } from "./route.ts";

/** Takes the requests that are not the registry's. */
export type Next = (error?: unknown) => void;

/** A request listener of `node:http` that is also a middleware for Express and its like. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: Next,
) => void;

/**
 * Puts the registry on `node:http`: `createServer(createNodeListener(handler))`, or on Express:
 * `app.use(createNodeListener(handler))`. Paths that are not below `/v2` go to `next`, and to a
 * 404 where there is none.
 */
export function createNodeListener(handler: RegistryHandler): NodeListener {
  return (request, response, next) => {
    if (isRegistryUrl(request.url ?? "/")) {
      serveNode(handler, request, response).catch(next ?? (() => response.destroy()));
    } else if (next === undefined) sendNotFound(response);
    else next();
  };
}

/**
 * Answers a request for a path of the registry; resolves when the answer is sent or the client has
 * left. Rejects only while nothing is sent.
 */
export async function serveNode(
  handler: RegistryHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const departure = new AbortController();
  const onClose = (): void => departure.abort(new Error("The client has left."));
  response.once("close", onClose);
  const { signal } = departure;
  try {
    // Requests of one connection may arrive together; each is answered, and its blob opened, in turn.
    if (response.socket === null) await once(response, "socket", { signal });
    const { method = "GET", url = "/", headers } = request;
    const answer = await handler.handle({ method, url, headers }, { signal });
    if (answer === undefined) sendNotFound(response);
    else await send(answer, response, signal);
  } catch (error) {
    if (!signal.aborted && !response.headersSent) throw error;
  } finally {
    response.off("close", onClose);
  }
}

/** A body that fails destroys the response, and with it the connection. */
async function send(
  { status, headers, body }: RegistryResponse,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(status, headers);
  if (body === undefined || body instanceof Uint8Array) response.end(body);
  else await pipeline(body, response, { signal });
}

function sendNotFound(response: ServerResponse): void {
  response.writeHead(404, { "Content-Length": "0" }).end();
}
