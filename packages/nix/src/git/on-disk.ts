import { PackageSourceError } from "@nixery/package-source";
import type { GitUrl } from "./git-url.ts";

/** The result of an operation on a repository's files. */
export async function onDisk<T>(url: GitUrl, operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
      message: `Writing the files of the git repository ${url.publicName} failed. Check permissions and free space of the server's cache directory and its directory for temporary files.`,
      cause,
    });
  }
}
