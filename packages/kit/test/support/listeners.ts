import { getEventListeners } from "node:events";

/** How many listeners wait for an abort of `signal`. */
export function countListeners(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}
