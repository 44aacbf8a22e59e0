import createDebug from "debug";
import type { BuildEvent } from "./build-event.ts";

const debug = createDebug("nixery:builder");

/** Tells of an event. */
export type Emit = (event: BuildEvent) => void;

/** Tells the embedder and the debug log; a reader that throws does not end a build. */
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
