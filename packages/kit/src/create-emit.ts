import createDebug from "debug";

/** Reports an event. */
export type Emit<Event> = (event: Event) => void;

/**
 * Reports events to the embedder's `onEvent` and to the debug log of `namespace`. What `onEvent`
 * throws goes to the debug log and nowhere else.
 */
export function createEmit<Event extends { readonly type: string }>(
  namespace: string,
  onEvent: Emit<Event> | undefined,
): Emit<Event> {
  const debug = createDebug(namespace);
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
