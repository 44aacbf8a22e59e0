export { createFetchHandler } from "@nixery/registry-handler/fetch";
export type { FetchHandler } from "@nixery/registry-handler/fetch";
