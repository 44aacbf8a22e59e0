import type { NixeryEvent } from "@nixery/nixery";
import { isNixError } from "@nixery/nix";
import type { Logger } from "./logger.ts";

/** Writes what the registry tells to the log. Progress and Nix's own lines are for debugging only. */
export function logEvent(logger: Logger, event: NixeryEvent): void {
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
      logFailedBuild(logger, event);
      return;
    case "request-failed":
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
}

type FailedBuild = Extract<NixeryEvent, { readonly type: "build-failed" }>;

/**
 * What Nix said explains a failure of a package; where this program was then does not. The message
 * is what clients read; the cause says what they are not told, such as where a folder is.
 */
function logFailedBuild(logger: Logger, { image, error, duration }: FailedBuild): void {
  const fields = { duration: Math.round(duration) };
  if (isNixError(error)) {
    const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
    const log = error.log.length > 0 ? { log: error.log } : {};
    const details = { ...fields, ...cause, ...log };
    logger.warning(`cannot build ${image}: ${error.message}`, undefined, details);
  } else {
    logger.error(`cannot build ${image}`, error, fields);
  }
}

const outcomes = {
  memory: "answered from memory",
  storage: "answered from storage",
  built: "built",
  refused: "refused",
  failed: "failed",
  left: "no longer waited for",
} as const;
