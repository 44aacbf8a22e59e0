import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { reasonOf } from "@nixery/kit/reason-of";
import type { Logger } from "../log/logger.ts";

/**
 * The directory of links that keep what is being built from Nix's garbage collection, beside that of
 * git's checkouts; `undefined`, with a warning, when it cannot be written.
 */
export async function openGcRoots(logger: Logger): Promise<string | undefined> {
  try {
    const directory = join(homedir(), ".cache", "nixery", "gc-roots");
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    logger.warning(
      `Packages that are being built are not protected from Nix's garbage collection (${reasonOf(error)}). Let the server write to its home directory.`,
    );
    return undefined;
  }
}
