/// <reference types="node" preserve="true" />
export { createFastifyHook } from "./faces/fastify-hook.ts";
export type { FastifyHook, FastifyReplyLike, FastifyRequestLike } from "./faces/fastify-hook.ts";
export { createKoaMiddleware } from "./faces/koa-middleware.ts";
export type { KoaContext, KoaMiddleware } from "./faces/koa-middleware.ts";
export { createNodeListener } from "./faces/node-listener.ts";
export type { Next, NodeListener } from "./faces/node-listener.ts";
