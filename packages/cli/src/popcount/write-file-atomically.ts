import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { reasonOf } from "@nixery/kit/reason-of";
import { ConfigError } from "../config-error.ts";

/**
 * Writes a file so that it has either the old content or the new, even after a crash.
 *
 * @throws ConfigError when it cannot be written
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new ConfigError(`Writing "${path}" failed (${reasonOf(error)}). Choose another output.`, {
      cause: error,
    });
  }
}
