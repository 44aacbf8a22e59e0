import process from "node:process";
import { runPopcount } from "@nixery/popcount";

/** The command `nixery popcount`; its exit code. */
export async function popcount(args: readonly string[], signal: AbortSignal): Promise<number> {
  return runPopcount(args, { stdout: process.stdout, stderr: process.stderr, signal });
}
