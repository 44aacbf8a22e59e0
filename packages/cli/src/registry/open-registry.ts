import { setTimeout as delay } from "node:timers/promises";
import { createNixery, type Nixery } from "@nixery/nixery";
import type { PackageSource } from "@nixery/package-source";
import { createPopularitySource } from "@nixery/popcount";
import type { Storage } from "@nixery/storage";
import { createEventLog } from "../log/event-log.ts";
import type { Logger } from "../log/logger.ts";
import type { ServerConfig } from "../settings/read-config.ts";
import { openGcRoots } from "./open-gc-roots.ts";
import { openSource } from "./open-source.ts";
import { openStorage } from "./open-storage.ts";

/** Milliseconds that the start waits for popularity data; until it arrives, images are cut without. */
const popularityPatience = 10_000;

/** The configured registry and its parts. */
export interface OpenRegistry {
  readonly nixery: Nixery;
  readonly source: PackageSource;
  readonly storage: Storage;
  close(): Promise<void>;
}

/** Opens what the settings name. `serve` and `explain` share it, so that they cut the same layers. */
export async function openRegistry(
  config: ServerConfig,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<OpenRegistry> {
  const gcRoots = await openGcRoots(logger);
  const source = openSource(config.source, { timeout: config.nixTimeout, gcRoots });
  const storage = await openStorage(config.storage, { logger, signal });
  const popularity =
    config.popularity === undefined
      ? undefined
      : createPopularitySource({
          location: config.popularity,
          onWarning: (message) => logger.warning(message),
          onUpdate: ({ counts }) => logger.info(`Read popularity data of ${counts.size} names.`),
        });
  await Promise.race([popularity?.refresh(), delay(popularityPatience, undefined, { ref: false })]);
  const { maxBuilds, maxWaitingBuilds } = config;
  const nixery = createNixery({
    packages: source,
    storage,
    concurrency: { maxBuilds, maxWaitingBuilds },
    grouping: { popularity: () => popularity?.current() },
    onEvent: createEventLog(logger),
  });
  return {
    nixery,
    source,
    storage,
    close: async () => {
      popularity?.close();
      await nixery.close();
    },
  };
}
