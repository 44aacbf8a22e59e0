// Runs a program of the workspace on the workspace's Node, straight from the TypeScript sources.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { workspaceEnvironment } from "./dependencies.mjs";
import { fail, root, workspaceNode } from "./tools.mjs";

/** Runs `args` on Node until it ends, passes signals on, and ends as it ended. */
export function runNode(args, env = {}) {
  const child = spawn(workspaceNode, ["--conditions=@nixery/source", ...args], {
    cwd: root,
    env: { ...workspaceEnvironment(), ...env },
    stdio: "inherit",
  });
  for (const signal of ["SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  // Ctrl-C at a terminal reaches the child as well, and a second one would cut its orderly stop short.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  child.on("error", (error) => fail(`Node could not be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
  return child;
}
