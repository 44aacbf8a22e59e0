import type { NixeryOptions } from "@nixery/nixery";
import type { StorageConfig } from "./config.ts";

/** Opens the configured backend. Only the client of that backend is loaded. */
export async function openStorage(config: StorageConfig): Promise<NixeryOptions["storage"]> {
  switch (config.kind) {
    case "filesystem": {
      const { createFsStorage } = await import("@nixery/storage-fs");
      return createFsStorage({ directory: config.directory });
    }
    case "gcs": {
      const { createGcsStorage } = await import("@nixery/storage-gcs");
      return createGcsStorage({ bucket: config.bucket });
    }
    case "s3": {
      const { createS3Storage } = await import("@nixery/storage-s3");
      return createS3Storage({ bucket: config.bucket, endpoint: config.endpoint });
    }
  }
}
