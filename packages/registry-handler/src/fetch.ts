export { createFetchHandler } from "./faces/fetch-handler.ts";
export type { FetchHandler } from "./faces/fetch-handler.ts";
