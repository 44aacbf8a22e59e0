export type { ClosurePath } from "./closure-path.ts";
export { isDerivation, isStorePath, parseStorePathBase, storePathBase } from "./store-path.ts";
export type { StorePathBase } from "./store-path.ts";
export { packageName, storePathName } from "./store-path-name.ts";
