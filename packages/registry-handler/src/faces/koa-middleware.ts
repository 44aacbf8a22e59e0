import type { IncomingMessage, ServerResponse } from "node:http";
import type { RegistryHandler } from "../registry-handler.ts";
import { isRegistryUrl } from "./is-registry-url.ts";
import { serveNode } from "./serve-node.ts";

/** The part of Koa's context that the middleware uses. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  respond?: boolean | undefined;
}

export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<void>;

/**
 * Puts the registry on Koa: `app.use(createKoaMiddleware(handler))`. For paths below `/v2` it
 * responds directly, so that neither Koa nor later middleware changes the response; other requests
 * are passed on.
 */
export function createKoaMiddleware(handler: RegistryHandler): KoaMiddleware {
  return async (context, next) => {
    const { req, res } = context;
    if (isRegistryUrl(req.url)) {
      context.respond = false;
      await serveNode(handler, req, res);
    } else {
      await next();
    }
  };
}
