export { createFsStorage } from "./create-fs-storage.ts";
export type { FsStorageOptions } from "./create-fs-storage.ts";
