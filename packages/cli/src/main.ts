#!/usr/bin/env node
import process from "node:process";
import { UsageError } from "./command.ts";
import { commands } from "./commands/index.ts";
import { ConfigError } from "./config-error.ts";
import { runProgram } from "./program.ts";
import { version } from "./version.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Not once: a second signal would end this process at once and leave Nix running.
  process.on(signal, () => interruption.abort(new ConfigError(`Interrupted by ${signal}.`)));
}

try {
  process.exitCode = await runProgram(
    process.argv.slice(2),
    { version, commands },
    {
      environment: process.env,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: interruption.signal,
    },
  );
} catch (error) {
  if (!interruption.signal.aborted) {
    process.stderr.write(`nixery: ${describe(error)}\n`);
  }
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** One line: what is wrong and the next step. A defect keeps its stack, for the report. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const isExpected =
    error instanceof ConfigError ||
    error instanceof UsageError ||
    ("code" in error && typeof error.code === "string");
  return isExpected ? error.message : String(error.stack);
}
