export { createFetchHandler } from "@nixery/registry-handler/fetch";
