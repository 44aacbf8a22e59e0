import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { awaitTurn } from "./await-turn.ts";
import type { RegistryHandler, RegistryResponse } from "./registry-handler.ts";
import { isRegistryUrl } from "./route.ts";
import { watchProgress } from "./watch-progress.ts";

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
    } else if (next === undefined) {
      sendNotFound(response);
    } else {
      next();
    }
  };
}

/**
 * Answers a request for a path of the registry; resolves when the answer is sent, the client has
 * left, or it takes nothing any more. Rejects only while nothing is sent.
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
    await awaitTurn(request, response, signal);
    const { method = "GET", url = "/", headers } = request;
    const answer = await handler.handle({ method, url, headers }, { signal });
    if (answer === undefined) {
      sendNotFound(response);
    } else {
      await send(answer, response, departure);
    }
  } catch (error) {
    const isOurs = !signal.aborted && !response.headersSent;
    // Ends the read of a body that was not even begun.
    departure.abort(error);
    if (isOurs) {
      throw error;
    }
    // And with it the connection: a short answer must not look whole.
    response.destroy();
  } finally {
    response.off("close", onClose);
  }
}

/** Sends an answer as fast as the client takes it; aborts `departure` when it takes nothing any more. */
async function send(
  { status, headers, body, idle }: RegistryResponse,
  response: ServerResponse,
  departure: AbortController,
): Promise<void> {
  response.writeHead(status, headers);
  const isWhole = body === undefined || body instanceof Uint8Array;
  if (isWhole) {
    response.end(body);
  }
  const { socket } = response;
  if (isWhole && (socket === null || socket.writableLength === 0)) {
    return;
  }
  const { signal } = departure;
  const endWatch = watchProgress(socket, idle?.timeout, () => {
    idle?.onReached();
    departure.abort(new Error("The client takes nothing any more."));
  });
  try {
    if (isWhole) {
      await once(response, "finish", { signal });
    } else {
      await pipeline(body, response, { signal });
    }
  } finally {
    endWatch();
  }
}

function sendNotFound(response: ServerResponse): void {
  response.writeHead(404, { "Content-Length": "0" }).end();
}
