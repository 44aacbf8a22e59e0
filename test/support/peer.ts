import { findPeer } from "../../scripts/peers.mjs";

/**
 * Whether tests against `command` run. Where it is missing they are skipped, and npm test says so
 * in one line; in CI they run all the same and fail.
 */
export function hasPeer(command: string): boolean {
  return process.env["CI"] !== undefined || findPeer(command) !== undefined;
}

/** Path of a peer that has to be there. */
export function peer(command: string): string {
  const path = findPeer(command);
  if (path === undefined) {
    throw new Error(`${command} is not installed`);
  }
  return path;
}
