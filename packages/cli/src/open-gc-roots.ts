import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Logger } from "./logger.ts";

/**
 * The folder of links that keep what is being built from Nix's garbage collection, beside that of
 * git's checkouts; `undefined`, and a warning, where it cannot be written.
 */
export async function openGcRoots(logger: Logger): Promise<string | undefined> {
  try {
    const directory = join(homedir(), ".cache", "nixery", "gc-roots");
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warning(
      `nothing keeps Nix's garbage collection from what is being built (${reason}); let the server write to its home folder`,
    );
    return undefined;
  }
}
