import createDebug from "debug";

/** Reports an event. */
export type Emit<Event> = (event: Event) => void;

/**
 * Reports events to the embedder's `onEvent` and to the debug log of `namespace`. An error of
 * `onEvent`, thrown or rejected, goes to the debug log and nowhere else.
 */
export function createEmit<Event extends { readonly type: string }>(
  namespace: string,
  onEvent: Emit<Event> | undefined,
): Emit<Event> {
  const debug = createDebug(namespace);
  // An asynchronous function fits the type of `onEvent` too.
  const report = async (event: Event): Promise<void> => {
    const result: unknown = onEvent?.(event);
    await result;
  };
  return (event) => {
    if (debug.enabled) {
      debug("%s %o", event.type, event);
    }
    report(event).catch((error: unknown) => {
      debug("onEvent failed at %s: %o", event.type, error);
    });
  };
}
