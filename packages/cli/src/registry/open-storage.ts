import { type Storage, verifyStorage } from "@nixery/storage";
import { enumerate } from "@nixery/kit/enumerate";
import type { Logger } from "../log/logger.ts";
import type { StorageConfig } from "../settings/read-config.ts";

/**
 * Opens the configured backend and tries it, so that a wrong setting shows at the start and not at
 * the first pull. Only the client of that backend is loaded.
 */
export async function openStorage(
  config: StorageConfig,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<Storage> {
  const { storage, ignoredConditions } = await verifyStorage(await createStorage(config), {
    signal,
  });
  if (ignoredConditions.length > 0) {
    logger.warning(
      `${storage.name} ignores the conditions of ${enumerate(ignoredConditions)}, so they are not used.`,
    );
  }
  return storage;
}

async function createStorage(config: StorageConfig): Promise<Storage> {
  switch (config.kind) {
    case "filesystem": {
      const { createFsStorage } = await import("@nixery/storage-fs");
      return createFsStorage({ directory: config.directory });
    }
    case "gcs": {
      const { createGcsStorage } = await import("@nixery/storage-gcs");
      return createGcsStorage(config);
    }
    case "s3": {
      const { createS3Storage } = await import("@nixery/storage-s3");
      const { endpoint, ...options } = config;
      return createS3Storage({
        ...options,
        clientOptions: endpoint === undefined ? {} : { endpoint },
      });
    }
  }
}
