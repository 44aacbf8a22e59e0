import process from "node:process";
import { runPopcount } from "./popcount/run-popcount.ts";

/** The command `nixery popcount`; resolves with its exit status. */
export async function popcount(args: readonly string[], signal: AbortSignal): Promise<number> {
  return runPopcount(args, { stdout: process.stdout, stderr: process.stderr, signal });
}
