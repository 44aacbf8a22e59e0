import type { IncomingMessage, ServerResponse } from "node:http";
import { serveNode } from "./node-listener.ts";
import type { RegistryHandler } from "./registry-handler.ts";
import { isRegistryUrl } from "./route.ts";

/** What the middleware needs of Koa's context. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  respond?: boolean | undefined;
}

export type KoaMiddleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<void>;

/**
 * Puts the registry on Koa: `app.use(createKoaMiddleware(handler))`. It answers by itself for paths
 * below `/v2`, past what Koa and later middleware would do to a response, and leaves all others.
 */
export function createKoaMiddleware(handler: RegistryHandler): KoaMiddleware {
  return async (context, next) => {
    const { req, res } = context;
    if (isRegistryUrl(req.url ?? "/")) {
      context.respond = false;
      await serveNode(handler, req, res);
    } else {
      await next();
    }
  };
}
