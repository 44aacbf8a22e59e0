import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Servers that may not be installed; `scripts/install-go-peers.mjs` builds them. */
export type ObjectStoreCommand = "fake-gcs-server" | "versitygw";

/** Path of a server, or `undefined`: tests that need it are skipped, and fail in CI. */
export function objectStoreCommand(command: ObjectStoreCommand): string | undefined {
  const own = fileURLToPath(new URL("../../../.nixery/tools/bin", import.meta.url));
  return [own, ...(process.env["PATH"] ?? "").split(delimiter)]
    .map((directory) => join(directory, command))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
