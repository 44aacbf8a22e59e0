import type { NixeryEvent } from "@nixery/nixery";
import { isNixError } from "@nixery/nix";
import type { Logger } from "./logger.ts";

/** A reader of the registry's events that writes what matters to the log. */
export function createEventLog(logger: Logger): (event: NixeryEvent) => void {
  /** A build that fails fails for all who wait for it; it is told once. */
  const told = new WeakSet();
  const isNews = (error: unknown): boolean => {
    if (typeof error !== "object" || error === null) {
      return true;
    }
    const isFirst = !told.has(error);
    told.add(error);
    return isFirst;
  };

  return (event) => {
    switch (event.type) {
      case "image-answered":
        logger.info(`${event.name}:${event.tag} ${outcomes[event.outcome]}`, {
          duration: Math.round(event.duration),
        });
        return;
      case "image-stored":
        logger.info(`stored ${event.image}`, {
          digest: event.digest,
          layers: event.layers,
          size: event.size,
          duration: Math.round(event.duration),
        });
        return;
      case "build-failed":
        if (isNews(event.error)) {
          logFailure(logger, `cannot build ${event.image}`, event);
        }
        return;
      case "source-failed":
        if (isNews(event.error)) {
          logFailure(logger, `cannot look up ${event.tag}`, event);
        }
        return;
      case "client-stalled":
        logger.info(`ended ${event.method} ${event.url}: the client stopped reading`);
        return;
      case "request-failed":
        if (!isNews(event.error)) {
          return;
        }
        logger.error(`cannot answer ${event.method} ${event.url}`, event.error);
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
 * Codes of what the operator need not mend: the package's fault, or the moment's. What was thrown
 * where does not help with these.
 */
const harmless: ReadonlySet<unknown> = new Set([
  ...["ERR_NIX_PACKAGE_NOT_FOUND", "ERR_NIX_PACKAGE_AMBIGUOUS", "ERR_NIX_BUILD_FAILED"],
  ...["ERR_NIX_TIMEOUT", "ERR_NIX_SOURCE_UNAVAILABLE"],
  ...["ERR_BUILDER_BUSY", "ERR_BUILDER_STORE_CHANGED", "ERR_BUILDER_UNSUPPORTED_FILE"],
]);

/**
 * The message of an error is what clients read, what Nix said explains it, and the cause says what
 * they are not told, such as where a folder is.
 */
function logFailure(logger: Logger, what: string, { error, duration }: Failure): void {
  const fields = { duration: Math.round(duration) };
  if (!(error instanceof Error && "code" in error && harmless.has(error.code))) {
    logger.error(what, error, fields);
    return;
  }
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  const log = isNixError(error) && error.log.length > 0 ? { log: error.log } : {};
  logger.warning(`${what}: ${error.message}`, undefined, { ...fields, ...cause, ...log });
}

const outcomes = {
  memory: "answered from memory",
  storage: "answered from storage",
  built: "built",
  refused: "refused",
  failed: "failed",
  left: "no longer waited for",
} as const;
