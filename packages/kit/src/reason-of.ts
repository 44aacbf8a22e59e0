import { errnoOf } from "./errno-of.ts";

/** Deeper causes are ignored, so that a cycle of causes does not loop forever. */
const maxDepth = 16;

/**
 * Why something failed, in a few words for use inside a message. The deepest cause is the most specific:
 * `fetch` throws "fetch failed" and keeps the reason in its cause.
 */
export function reasonOf(error: unknown): string {
  return describe(error, 0);
}

function describe(error: unknown, depth: number): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.cause instanceof Error && depth < maxDepth) {
    return describe(error.cause, depth + 1);
  }
  if (error.message !== "") {
    return error.message;
  }
  // A connection that failed at several addresses has an error for each and no message.
  return error instanceof AggregateError && error.errors.length > 0 && depth < maxDepth
    ? error.errors.map((each) => describe(each, depth + 1)).join(", ")
    : (errnoOf(error) ?? error.name);
}
