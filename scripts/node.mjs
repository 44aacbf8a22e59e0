// Runs a program of the workspace on the workspace's Node, from the TypeScript sources.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { workspaceEnvironment } from "./dependencies.mjs";
import { fail, root, workspaceNode } from "./tools.mjs";

/** Runs Node with `args`, forwards signals to it, and exits with its status. */
export function runNode(args, env = {}) {
  const child = spawn(workspaceNode, ["--conditions=@nixery/source", ...args], {
    cwd: root,
    env: { ...workspaceEnvironment(), ...env },
    stdio: "inherit",
  });
  for (const signal of ["SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  // Ctrl-C at a terminal reaches the child as well; a second SIGINT would interrupt its shutdown.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  child.on("error", (error) => fail(`Starting Node failed: ${error.message}.`));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
  return child;
}
