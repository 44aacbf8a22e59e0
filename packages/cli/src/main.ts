#!/usr/bin/env node
import process from "node:process";
import { commands } from "./commands/index.ts";
import { ConfigError } from "./config-error.ts";
import { runProgram } from "./program.ts";
import { version } from "./version.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Not once: a second signal would end this process at once and leave Nix running.
  process.on(signal, () => interruption.abort(new ConfigError(`Interrupted by ${signal}.`)));
}

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
