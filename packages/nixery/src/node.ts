export {
  createFastifyHook,
  createKoaMiddleware,
  createNodeListener,
} from "@nixery/registry-handler/node";
