import type { BuildEvent } from "@nixery/nixery";
import type { Logger } from "./logger.ts";

/** Writes what a builder tells to the log. Progress and Nix's own lines are for debugging only. */
export function logEvent(logger: Logger, event: BuildEvent): void {
  const { type, ...fields } = event;
  switch (event.type) {
    case "image-answered":
      logger.info(`${event.name}:${event.tag} ${outcomes[event.outcome]}`, {
        duration: event.duration,
      });
      return;
    case "image-stored":
      logger.info(`${event.image} stored as ${event.digest}`, {
        layers: event.layers,
        size: event.size,
        duration: event.duration,
      });
      return;
    case "build-failed":
      logger.warning(`${event.image} could not be built`, event.error, {
        duration: event.duration,
      });
      return;
    case "warning":
      logger.warning(event.message, event.error);
      return;
    default:
      logger.debug(type, fields);
  }
}

const outcomes = {
  memory: "answered from memory",
  storage: "answered from storage",
  built: "built",
  refused: "refused",
} as const;
