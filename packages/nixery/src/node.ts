export {
  createFastifyHook,
  createKoaMiddleware,
  createNodeListener,
} from "@nixery/registry-handler/node";
export type { FastifyHook, KoaMiddleware, NodeListener } from "@nixery/registry-handler/node";
