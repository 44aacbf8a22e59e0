import { findPeer } from "../../scripts/peers.mjs";

/**
 * Whether tests with `command` run. Without it they are skipped, which npm test reports in one line; in
 * CI they run and fail.
 */
export function hasPeer(command: string): boolean {
  return process.env["CI"] !== undefined || findPeer(command) !== undefined;
}

/** Path of a peer that must be installed. */
export function peer(command: string): string {
  const path = findPeer(command);
  if (path === undefined) {
    throw new Error(`${command} is not installed.`);
  }
  return path;
}
