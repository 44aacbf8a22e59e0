import type { IncomingMessage, ServerResponse } from "node:http";
import type { RegistryHandler } from "../registry-handler.ts";
import { isRegistryUrl } from "./is-registry-url.ts";
import { serveNode } from "./serve-node.ts";

/** Called for requests that are not the registry's. */
export type Next = (error?: unknown) => void;

/** A request listener of `node:http` that is also a middleware for Express and similar frameworks. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: Next,
) => void;

/**
 * Puts the registry on `node:http`: `createServer(createNodeListener(handler))`, or on Express:
 * `app.use(createNodeListener(handler))`. Requests for paths that are not below `/v2` are passed to
 * `next`, or get a 404 where there is none.
 */
export function createNodeListener(handler: RegistryHandler): NodeListener {
  return (request, response, next) => {
    if (isRegistryUrl(request.url)) {
      serveNode(handler, request, response).catch(next ?? (() => response.destroy()));
    } else if (next === undefined) {
      response.writeHead(404, { "Content-Length": "0" }).end();
    } else {
      next();
    }
  };
}
