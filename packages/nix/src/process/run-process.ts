import type { Readable } from "node:stream";
import { unlessAborted } from "@nixery/kit/unless-aborted";
import { stopProcessTree } from "./process-tree.ts";
import { type StartOptions, startProcess } from "./start-process.ts";

export interface ProcessOptions extends StartOptions {
  /** A longer standard output, in bytes, stops the process with a RangeError. */
  readonly maxOutputBytes: number;
  /** Called with each line of standard error, without its end and cut to {@link maxLineLength}. */
  readonly onErrorLine?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ProcessResult {
  /** The exit code, or the signal that killed the process. */
  readonly exit: number | NodeJS.Signals;
  readonly stdout: string;
}

/** Characters that are kept of a line of standard error, so that one line cannot fill the memory. */
export const maxLineLength = 65_536;

/**
 * Runs a program in a process group of its own and returns its exit code and standard output.
 *
 * On abort the program and all processes that it started are stopped before the promise rejects with
 * `signal.reason`.
 */
export async function runProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  options.signal?.throwIfAborted();
  const { pid, stdout, stderr, exit } = await startProcess(program, args, options);
  const output = collectText(stdout, options.maxOutputBytes);
  const errors = splitLines(stderr, options.onErrorLine);
  try {
    const [code, text] = await unlessAborted(Promise.all([exit, output, errors]), options.signal);
    return { exit: code, stdout: text };
  } catch (error) {
    await stopProcessTree(pid, exit);
    stdout.destroy();
    stderr.destroy();
    await Promise.allSettled([exit, output, errors]);
    throw error;
  }
}

/** Reads to the stream's end or destruction; rejects with what `take` throws. */
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

async function collectText(stream: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  await readAll(stream, (chunk) => {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new RangeError(`more than ${maxBytes} bytes`);
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
