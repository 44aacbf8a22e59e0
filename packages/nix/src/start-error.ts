import { basename } from "node:path";
import { NixError } from "./nix-error.ts";

/** What is lacking when a system call fails for a reason that passes by itself. */
const lacking: ReadonlyMap<unknown, string> = new Map([
  ["EMFILE", "open files"],
  ["ENFILE", "open files"],
  ["EAGAIN", "processes"],
  ["ENOMEM", "memory"],
]);

/**
 * What it means for a package source that a program could not be started: that it is not there, or
 * that the machine has no room for it now. Other errors are given back.
 *
 * @param advice - how to get the program
 */
export function startError(error: unknown, program: string, advice: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) {
    return error;
  }
  const resource = lacking.get(error.code);
  if (resource !== undefined) {
    return new NixError("ERR_NIX_UNAVAILABLE", {
      message: `The registry's machine has no ${resource} left to start ${basename(program)} (${String(error.code)}): pull again later.`,
      cause: error,
    });
  }
  if (!String(error.syscall).startsWith("spawn")) {
    return error;
  }
  return new NixError("ERR_NIX_NOT_INSTALLED", {
    message: `The program ${basename(program)} cannot be started on this machine: ${advice}.`,
    cause: error,
  });
}
