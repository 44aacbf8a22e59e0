import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { RegistryHandler, RegistryResponse } from "../registry-handler.ts";
import { awaitTurn } from "./await-turn.ts";
import { watchProgress } from "./watch-progress.ts";

/**
 * Responds to a request for a path of the registry. Resolves when the response is sent, the client
 * has disconnected, or it has stalled. Rejects only while nothing is sent.
 */
export async function serveNode(
  handler: RegistryHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const controller = new AbortController();
  const onClose = (): void => controller.abort(new Error("The client disconnected."));
  response.once("close", onClose);
  const { signal } = controller;
  try {
    await awaitTurn(request, response, signal);
    const { method = "GET", url = "/", headers } = request;
    const answer = await handler.handle({ method, url, headers }, { signal });
    if (answer === undefined) {
      response.writeHead(404, { "Content-Length": "0" }).end();
    } else {
      await send(answer, response, controller);
    }
  } catch (error) {
    const canRespond = !signal.aborted && !response.headersSent;
    // Closes a body that was not read.
    controller.abort(error);
    if (canRespond) {
      throw error;
    }
    // Closes the connection too: a truncated response must not look complete.
    response.destroy();
  } finally {
    response.off("close", onClose);
  }
}

/** Sends a response as fast as the client reads it; aborts `controller` when the client stalls. */
async function send(
  { status, headers, body, idle }: RegistryResponse,
  response: ServerResponse,
  controller: AbortController,
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
  const { signal } = controller;
  const endWatch = watchProgress(socket, idle?.timeout, () => {
    idle?.onReached();
    controller.abort(new Error("The client stalled."));
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
