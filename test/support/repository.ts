import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Directory of the repository. */
const repository: string = fileURLToPath(new URL("../..", import.meta.url));

/** Path of a file below the repository. */
export function inRepository(...parts: readonly string[]): string {
  return join(repository, ...parts);
}
