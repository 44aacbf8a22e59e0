import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import type { Readable } from "node:stream";

export interface StartOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
}

export interface StartedProcess {
  /** Leader of the program's process group. */
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The exit code, or the signal that killed the program. */
  readonly exit: Promise<number | NodeJS.Signals>;
}

/** Open files to leave: a child needs 7, and other threads may open some at the same time. */
const minSpareFiles = 16;

/** How long output is still read after the exit of its program, in milliseconds. */
const lingerMilliseconds = 1000;

/**
 * Starts a program in a process group of its own; rejects with a system error when that fails.
 */
export async function startProcess(
  program: string,
  args: readonly string[],
  { environment, cwd }: StartOptions,
): Promise<StartedProcess> {
  assertSpareFiles();
  const child = spawn(program, args, {
    cwd,
    env: { ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  if (child.pid === undefined) {
    throw await failureOf(child);
  }
  const exit = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    // Node sets one of the two.
    child.once("exit", (code, signalName) => resolve(code ?? signalName ?? "SIGKILL"));
  });
  // A background process of the program, such as a shared ssh connection, may keep its output open.
  child.once("exit", () => {
    const timer = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, lingerMilliseconds);
    child.once("close", () => clearTimeout(timer));
  });
  return { pid: child.pid, stdout: child.stdout, stderr: child.stderr, exit };
}

/**
 * Throws EMFILE or ENFILE when too few files are left to start a process. `spawn` reports the same,
 * but never closes the files that it opened before (as of Node 24), so that each attempt would lose
 * some.
 */
function assertSpareFiles(): void {
  const files: number[] = [];
  try {
    for (let count = 0; count < minSpareFiles; count += 1) {
      files.push(openSync(devNull, "r"));
    }
  } finally {
    for (const file of files) {
      closeSync(file);
    }
  }
}

/** The error of a child that did not start; it may lack its streams. */
async function failureOf(child: ChildProcess): Promise<unknown> {
  const [error]: unknown[] = await once(child, "error");
  child.stdout?.destroy();
  child.stderr?.destroy();
  return error;
}
