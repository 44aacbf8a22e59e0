import type { IncomingMessage, ServerResponse } from "node:http";
import { serveNode } from "./node-listener.ts";
import type { RegistryHandler } from "./registry-handler.ts";
import { isRegistryUrl } from "./route.ts";

/** What the hook needs of Fastify's request. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}

/** What the hook needs of Fastify's reply. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

export type FastifyHook = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<void>;

/**
 * Puts the registry on Fastify: `app.addHook("onRequest", createFastifyHook(handler))` on the root
 * instance. A hook rather than a route, because Fastify's router would decode names and its parsers
 * would refuse bodies before the registry can. Hooks that were added before run first.
 */
export function createFastifyHook(handler: RegistryHandler): FastifyHook {
  return async (request, reply) => {
    if (!isRegistryUrl(request.raw.url ?? "/")) {
      return;
    }
    reply.hijack();
    await serveNode(handler, request.raw, reply.raw);
  };
}
