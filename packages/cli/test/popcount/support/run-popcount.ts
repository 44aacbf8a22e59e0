import { commands } from "../../../src/commands/index.ts";
import type { TextOutput } from "../../../src/command.ts";
import { runProgram } from "../../../src/program.ts";

interface Io {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly signal?: AbortSignal | undefined;
}

/** Runs `nixery popcount` in this process; resolves to its exit status. */
export async function runPopcount(argv: readonly string[], io: Io): Promise<number> {
  const { stdout, stderr, signal = new AbortController().signal } = io;
  return await runProgram(
    ["popcount", ...argv],
    { version: "1", commands },
    { environment: {}, stdout, stderr, signal },
  );
}
