import type { NixeryEvent } from "@nixery/nixery";
import { isPackageSourceError } from "@nixery/package-source";
import type { Logger } from "./logger.ts";

/** A reader of the registry's events that writes what matters to the log. */
export function createEventLog(logger: Logger): (event: NixeryEvent) => void {
  /** A build that fails for several requests is logged once. */
  const logged = new WeakSet();
  const isNews = (error: unknown): boolean => {
    if (typeof error !== "object" || error === null) {
      return true;
    }
    const isFirst = !logged.has(error);
    logged.add(error);
    return isFirst;
  };

  return (event) => {
    switch (event.type) {
      case "image-answered":
        logger.info(outcomes[event.outcome](`${event.name}:${event.tag}`), {
          digest: event.digest,
          duration: Math.round(event.duration),
        });
        return;
      case "image-stored":
        logger.info(`Stored ${event.image}.`, {
          layers: event.layerCount,
          size: event.size,
          duration: Math.round(event.duration),
        });
        return;
      case "build-failed":
        if (isNews(event.error)) {
          logFailure(logger, `Building ${event.image} failed.`, event);
        }
        return;
      case "source-failed":
        if (isNews(event.error)) {
          logFailure(logger, `Looking up ${event.tag} failed.`, event);
        }
        return;
      case "client-stalled":
        logger.info(`Ended ${event.method} ${event.url}: the client stopped reading.`);
        return;
      case "request-failed":
        if (isNews(event.error)) {
          logger.error(`Answering ${event.method} ${event.url} failed.`, event.error);
        }
        return;
      case "warning":
        logger.warning(event.message, event.error);
        return;
      default: {
        const { type, ...fields } = event;
        logger.debug(type, fields);
      }
    }
  };
}

interface Failure {
  readonly error: unknown;
  readonly duration: number;
}

/**
 * Codes of failures that the operator need not fix: the package's fault, or a passing one. A stack
 * does not help with these.
 */
const harmless: ReadonlySet<unknown> = new Set([
  ...["ERR_PACKAGE_SOURCE_NOT_FOUND", "ERR_PACKAGE_SOURCE_AMBIGUOUS"],
  ...["ERR_PACKAGE_SOURCE_BUILD_FAILED", "ERR_PACKAGE_SOURCE_TIMEOUT"],
  ...["ERR_PACKAGE_SOURCE_UNAVAILABLE", "ERR_BUILDER_BUSY"],
  ...["ERR_PACKING_STORE_CHANGED", "ERR_PACKING_UNSUPPORTED_FILE"],
]);

/**
 * The message of an error is what clients read. The log adds the last lines of Nix and the cause,
 * which may name places that are hidden from clients.
 */
function logFailure(logger: Logger, what: string, { error, duration }: Failure): void {
  const fields = { duration: Math.round(duration) };
  if (!(error instanceof Error && "code" in error && harmless.has(error.code))) {
    logger.error(what, error, fields);
    return;
  }
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  const log = isPackageSourceError(error) && error.log.length > 0 ? { log: error.log } : {};
  logger.warning(`${what} ${error.message}`, undefined, { ...fields, ...cause, ...log });
}

const outcomes = {
  memory: (image: string) => `Answered ${image} from memory.`,
  storage: (image: string) => `Answered ${image} from the storage.`,
  built: (image: string) => `Built ${image}.`,
  refused: (image: string) => `Refused ${image}.`,
  failed: (image: string) => `Answering ${image} failed.`,
  aborted: (image: string) => `The client of ${image} disconnected.`,
} as const;
