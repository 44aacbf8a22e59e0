import { setTimeout as delay } from "node:timers/promises";
import { createNixery, type Nixery } from "@nixery/nixery";
import type { PackageSource } from "@nixery/nix";
import { createPopularitySource } from "@nixery/popcount";
import type { Storage } from "@nixery/storage";
import type { ServerConfig } from "./config.ts";
import { createEventLog } from "./log-event.ts";
import type { Logger } from "./logger.ts";
import { openGcRoots } from "./open-gc-roots.ts";
import { openSource } from "./open-source.ts";
import { openStorage } from "./open-storage.ts";

/** Milliseconds that the start waits for popularity data; images are cut without it until it is there. */
const popularityPatience = 10_000;

/** The configured registry and what it is made of. */
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
  const storage = await openStorage(config.storage, signal);
  const popularity =
    config.popularity === undefined
      ? undefined
      : createPopularitySource({
          location: config.popularity,
          onWarning: (message) => logger.warning(message),
          onUpdate: ({ counts }) => logger.info(`popularity data of ${counts.size} names`),
        });
  await Promise.race([popularity?.refresh(), delay(popularityPatience, undefined, { ref: false })]);
  const nixery = createNixery({
    packages: source,
    storage,
    concurrency: { builds: config.builds, queue: config.queue },
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
