export type { GcsStorageOptions } from "./gcs-options.ts";
export { createGcsStorage } from "./gcs-storage.ts";
