/** Path of a client or server that tests run against; `undefined` when it is not installed. */
export function findPeer(command: string): string | undefined;

/** Directory of the programs of a newer Nix than Debian's. It may be missing. */
export const currentNix: string;

/** Whether processes may create namespaces, as Nix's sandbox does. */
export function hasNamespaces(): boolean;
