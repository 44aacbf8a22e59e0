import type { NixeryEvent } from "@nixery/nixery";
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
      logger.warning(`cannot build ${event.image}`, event.error, {
        duration: Math.round(event.duration),
      });
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

const outcomes = {
  memory: "answered from memory",
  storage: "answered from storage",
  built: "built",
  refused: "refused",
  failed: "failed",
  left: "no longer waited for",
} as const;
