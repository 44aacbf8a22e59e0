import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { PopcountError, reasonOf } from "./popcount-error.ts";

/**
 * Writes a file so that its name stands for the old content or the new, even after a crash.
 *
 * @throws PopcountError `ERR_POPCOUNT_OUTPUT` when it cannot be written.
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
    throw new PopcountError(
      "ERR_POPCOUNT_OUTPUT",
      `${path} cannot be written (${reasonOf(error)}); choose another output`,
      { cause: error },
    );
  }
}
