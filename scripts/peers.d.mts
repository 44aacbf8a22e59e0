/** Where a client or server that tests run against is, or `undefined`. */
export function findPeer(command: string): string | undefined;
