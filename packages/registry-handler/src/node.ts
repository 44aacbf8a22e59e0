export { createFastifyHook } from "./fastify-hook.ts";
export type { FastifyHook, FastifyReplyLike, FastifyRequestLike } from "./fastify-hook.ts";
export { createKoaMiddleware } from "./koa-middleware.ts";
export type { KoaContext, KoaMiddleware } from "./koa-middleware.ts";
export { createNodeListener } from "./node-listener.ts";
export type { Next, NodeListener } from "./node-listener.ts";
