import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { abortion } from "./abortion.ts";
import { assertRoom } from "./assert-room.ts";
import { stopProcessTree } from "./process-tree.ts";

export interface ProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Standard output longer than this, in bytes, ends the process with a RangeError. */
  readonly maxOutputBytes: number;
  /** Called with each line of standard error, without its end and cut to {@link maxLineLength}. */
  readonly onErrorLine?: ((line: string) => void) | undefined;
  readonly cwd?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ProcessResult {
  /** A number, or the signal that ended the process. */
  readonly exit: number | NodeJS.Signals;
  readonly stdout: string;
}

/** What a line of standard error is cut to, in characters: one program's line must not fill memory. */
export const maxLineLength = 65_536;

/** How long output is still waited for when its program has ended. */
const lingerMilliseconds = 1000;

/**
 * Runs a program in a process group of its own and gives its exit code and standard output.
 *
 * On abort the program and everything it started is ended before the promise rejects with
 * `signal.reason`.
 */
export async function runProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  assertRoom();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  if (child.pid === undefined) {
    throw await failureOf(child);
  }
  const leader = child.pid;
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    // Node gives one of the two.
    child.once("exit", (code, signalName) => resolve(code ?? signalName ?? "SIGKILL"));
  });
  // What a program leaves in the background, such as a shared ssh connection, may hold its output.
  child.once("exit", () => {
    const timer = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, lingerMilliseconds);
    child.once("close", () => clearTimeout(timer));
  });
  const output = collect(child.stdout, options.maxOutputBytes);
  const errors = splitLines(child.stderr, options.onErrorLine);
  const aborted = abortion(signal);
  try {
    const [exit, stdout] = await Promise.race([
      Promise.all([ended, output, errors]),
      aborted.promise,
    ]);
    return { exit, stdout };
  } catch (error) {
    await stopProcessTree(leader, ended);
    child.stdout.destroy();
    child.stderr.destroy();
    await Promise.allSettled([ended, output, errors]);
    throw error;
  } finally {
    aborted.dispose();
  }
}

/** Why a child did not start; without files to spare it does not even have its streams. */
async function failureOf(child: ChildProcess): Promise<unknown> {
  const [error]: unknown[] = await once(child, "error");
  child.stdout?.destroy();
  child.stderr?.destroy();
  return error;
}

/** Calls `take` with each chunk, until the stream ends or is destroyed; rejects with what it throws. */
async function readAll(stream: Readable, take: (chunk: Buffer) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.on("data", (chunk: Buffer) => {
    try {
      take(chunk);
    } catch (error) {
      stream.destroy();
      reject(error);
    }
  });
  stream.once("error", reject);
  stream.once("close", resolve);
  await promise;
}

async function collect(stream: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  await readAll(stream, (chunk) => {
    size += chunk.byteLength;
    if (size > limit) {
      throw new RangeError(`more than ${limit} bytes`);
    }
    chunks.push(chunk);
  });
  return Buffer.concat(chunks).toString("utf8");
}

async function splitLines(
  stream: Readable,
  onLine: ((line: string) => void) | undefined,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  await readAll(stream, (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, maxLineLength);
    for (const line of lines) {
      onLine?.(line.slice(0, maxLineLength).trimEnd());
    }
  });
  if (rest !== "") {
    onLine?.(rest.trimEnd());
  }
}
