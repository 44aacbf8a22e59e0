import type { IncomingMessage, ServerResponse } from "node:http";
import type { RegistryHandler } from "../registry-handler.ts";
import { isRegistryUrl } from "./is-registry-url.ts";
import { serveNode } from "./serve-node.ts";

/** The part of Fastify's request that the hook uses. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}

/** The part of Fastify's reply that the hook uses. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

export type FastifyHook = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<void>;

/**
 * Puts the registry on Fastify: `app.addHook("onRequest", createFastifyHook(handler))` on the root
 * instance. A hook rather than a route, because Fastify's router decodes names and its parsers
 * refuse bodies before a route is called. Hooks that were added before it run first.
 */
export function createFastifyHook(handler: RegistryHandler): FastifyHook {
  return async (request, reply) => {
    if (!isRegistryUrl(request.raw.url)) {
      return;
    }
    reply.hijack();
    await serveNode(handler, request.raw, reply.raw);
  };
}
