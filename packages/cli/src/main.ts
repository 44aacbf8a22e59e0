#!/usr/bin/env node
import process from "node:process";
import { readCommand, type Command } from "./command-line.ts";
import { ConfigError } from "./config-error.ts";
import { readConfig } from "./config.ts";
import { help } from "./help.ts";
import { version } from "./version.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Not once: a second signal would end this process at once and leave Nix running.
  process.on(signal, () => interruption.abort(new ConfigError(`ended by ${signal}`)));
}

try {
  process.exitCode = await runCommand(readCommand(process.argv.slice(2)), interruption.signal);
} catch (error) {
  if (!interruption.signal.aborted) {
    process.stderr.write(`nixery: ${describe(error)}\n`);
  }
  process.exitCode = 1;
}

/** Runs a command to its end; its exit code. Each command loads only what it needs. */
async function runCommand(command: Command, signal: AbortSignal): Promise<number> {
  switch (command.kind) {
    case "help":
      process.stdout.write(help);
      return 0;
    case "version":
      process.stdout.write(`${version}\n`);
      return 0;
    case "serve": {
      const { serve } = await import("./serve.ts");
      return serve(readConfig(process.env), signal);
    }
    case "explain": {
      const { explain } = await import("./explain.ts");
      return explain(readConfig(process.env), command, signal);
    }
    case "popcount": {
      const { popcount } = await import("./popcount.ts");
      return popcount(command.args, signal);
    }
  }
}

/** One line: what is wrong and the next step. A defect keeps its stack, for the report. */
function describe(error: unknown): string {
  const isKnown =
    error instanceof ConfigError ||
    (error instanceof Error && "code" in error && typeof error.code === "string");
  return isKnown ? error.message : error instanceof Error ? String(error.stack) : String(error);
}
