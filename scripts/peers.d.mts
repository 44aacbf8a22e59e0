/** Where a client or server that tests run against is, or `undefined`. */
export function findPeer(command: string): string | undefined;

/** Folder of the programs of a newer Nix than Debian's, which may not be there. */
export const currentNix: string;

/** Whether processes here may make namespaces of their own, as Nix's sandbox does. */
export function hasNamespaces(): boolean;
