import { realpath } from "node:fs/promises";

/** Where a package set is. */
export type PackageSetLocation =
  | {
      /** Absolute path of a file, or of a directory with a `default.nix`. */
      readonly path: string;
      /**
       * Directory of all files of the package set. Messages conceal it.
       * @defaultValue the path
       */
      readonly root?: string | undefined;
    }
  /** Address of a tarball that Nix fetches. */
  | { readonly tarball: string };

/**
 * Directories to hide from clients: Nix names the files of a package set when their
 * evaluation fails.
 */
export async function hiddenDirectories(location: PackageSetLocation): Promise<readonly string[]> {
  if ("tarball" in location) {
    return [];
  }
  const root = location.root ?? location.path;
  return [root, await realpath(root).catch(() => root)].filter((directory) => directory !== "/");
}
