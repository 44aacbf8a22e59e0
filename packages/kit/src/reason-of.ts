import { errnoOf } from "./errno-of.ts";

/**
 * Why something failed, in a few words for use inside a message. The deepest cause says most:
 * `fetch` throws "fetch failed" and keeps the reason in its cause.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.cause instanceof Error) {
    return reasonOf(error.cause);
  }
  if (error.message !== "") {
    return error.message;
  }
  // A connection that failed at several addresses has an error for each and no message.
  return error instanceof AggregateError && error.errors.length > 0
    ? error.errors.map(reasonOf).join(", ")
    : (errnoOf(error) ?? error.name);
}
