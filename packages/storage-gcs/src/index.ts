export { createGcsStorage } from "./gcs-storage.ts";
export type { GcsStorageOptions } from "./gcs-storage.ts";
