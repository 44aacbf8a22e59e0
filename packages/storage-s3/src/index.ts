export type { S3StorageOptions } from "./s3-options.ts";
export { createS3Storage } from "./s3-storage.ts";
