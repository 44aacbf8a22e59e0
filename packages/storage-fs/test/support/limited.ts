import { type SpawnOptions, spawn } from "node:child_process";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { hasNamespaces } from "../../../../scripts/peers.mjs";

/** npm test says in one line where it is not so; CI fails there. */
export const canMount: boolean = process.env["CI"] !== undefined || hasNamespaces();

/** Has `runLimited` mount a small disk on the directory, with options of mount. */
export function onSmallDisk(options = "size=512k"): string {
  const mount = `mount -t tmpfs -o ${options} tmpfs "$0"`;
  return `exec unshare --mount --map-root-user /bin/sh -c '${mount} && exec "$@"' "$0" "$@"`;
}

/**
 * The lines that a program in this directory prints, in a shell that runs `setup` first, with the
 * storage's directory as its `$0`.
 */
export async function runLimited(
  program: string,
  setup: string,
  args: readonly [directory: string, ...rest: string[]],
  options: SpawnOptions = {},
): Promise<readonly string[]> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const command = [process.execPath, "--conditions=@nixery/source", path, ...args];
  const script = `set -e; ${setup}; exec "$@"`;
  const child = spawn("/bin/sh", ["-c", script, args[0], ...command], {
    ...options,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = await text(child.stdout ?? []);
  return output.trimEnd().split("\n");
}
