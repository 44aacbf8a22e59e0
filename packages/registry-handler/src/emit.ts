import createDebug from "debug";
import type { RegistryEvent } from "./registry-event.ts";

const debug = createDebug("nixery:registry-handler");

/** Tells of an event. */
export type Emit = (event: RegistryEvent) => void;

/** Tells the embedder and the debug log; a reader that throws does not end an answer. */
export function createEmit(onEvent: Emit | undefined): Emit {
  return (event) => {
    if (debug.enabled) {
      debug("%s %o", event.type, event);
    }
    try {
      onEvent?.(event);
    } catch (error) {
      debug("onEvent threw at %s: %o", event.type, error);
    }
  };
}
