import type { GitUrl } from "./git-url.ts";
import { NixError } from "./nix-error.ts";

/** What an operation on a repository's files gives; its failure is one of this machine. */
export async function onDisk<T>(url: GitUrl, operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
      message: `The files of the git repository ${url.publicName} cannot be kept: let the server write to its directories for temporary files and for the cache, and have room there.`,
      cause,
    });
  }
}
